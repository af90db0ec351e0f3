# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Confirm the default cgroup parent
# description: >-
#   Under another parent, containers may share the limits and the accounting of something else, or
#   have none.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-2.11
#   aliases: [CIS-DOCKER-2.11]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 2
#     mode: auto
#     numbers: {"1.8.0": "2.11", "1.7.0": "2.10", "1.6.0": "2.10", "1.3.1": "2.10", "1.2.0": "2.9"}
#   message: "Containers are put under the cgroup {parent}, which nobody approved"
#   remediation: Remove cgroup-parent from daemon.json, or approve it (cgroup_parents).
#   fix:
#     file: "/etc/docker/daemon.json"
#     text: "{\"cgroup-parent\": \"\"}"
#     risk: The daemon must be started again; without live-restore all containers stop for that time.
#   ja:
#     title: 既定の cgroup の親を確認する
#     description: >-
#       別の親の下では、コンテナーが他のものと上限や計測を共有したり、上限がなかったりする。
#     message: "コンテナーが承認されていない cgroup {parent} の下に置かれる"
#     remediation: >-
#       daemon.json から cgroup-parent を消すか、承認する（cgroup_parents）。
#     risk: >-
#       デーモンの再起動が必要。live-restore がなければ、その間すべてのコンテナーが止まる。
package seawall.docker.cgroup_parent

import data.seawall.lib.docker

outside := docker.no_daemon

missing := docker.no_setting("cgroup-parent")

deny contains {"parent": parent, "subject": "cgroup-parent", "evidence": docker.shown("cgroup-parent")} if {
	parent := docker.setting("cgroup-parent")
	parent != ""
	not approved(parent)
}

approved(parent) if parent in data.settings.cgroup_parents

seen contains {"subject": "cgroup-parent", "evidence": docker.shown("cgroup-parent")}
