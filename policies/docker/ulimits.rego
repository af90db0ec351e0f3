# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Override ulimits only when needed
# description: >-
#   The defaults of the daemon keep one container from using up the host. Each override needs a
#   reason.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.19
#   aliases: [CIS-DOCKER-5.19]
#   severity: low
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "5.19", "1.7.0": "5.19", "1.6.0": "5.19", "1.3.1": "5.18", "1.2.0": "5.18"}
#   message: "The container {container} overrides {limit}; decide whether it needs to"
#   remediation: Remove --ulimit unless there is a reason, or approve it (ulimits).
#   ja:
#     title: 必要な場合だけ ulimit を上書きする
#     description: >-
#       デーモンの既定値は、ひとつのコンテナーがホストを使い切るのを防ぐ。上書きには理由が要る。
#     message: "コンテナー {container} が {limit} を上書きしている。必要かを判断する"
#     remediation: >-
#       理由がなければ --ulimit を外すか、承認する（ulimits）。
package seawall.docker.ulimits

import data.seawall.lib.container

outside := container.outside

missing := container.no_config(["Ulimits"])

manual contains container.finding({"limit": text, "evidence": text}) if {
	some limit in container.value("Ulimits", [])
	text := text_of(limit)
	not is_default(limit)
	not approved(name_of(limit))
	not approved(text)
}

text_of(limit) := sprintf("%v=%v:%v", [name_of(limit), object.get(limit, "Soft", "?"), object.get(limit, "Hard", "?")])

name_of(limit) := object.get(limit, "Name", "?")

approved(name) if name in data.settings.ulimits

# The engine writes the daemon's own limits into each container that it starts.
is_default(limit) if {
	some key, preset in container.host("default_ulimits")
	plain(limit) == object.union({"name": key}, plain(preset))
}

# Keys of the daemon's file are read without case.
plain(limit) := object.union({"soft": 0, "hard": 0}, {lower(key): v | some key, v in limit})

seen contains container.seen(concat(", ", [text_of(limit) | some limit in container.value("Ulimits", [])]))
