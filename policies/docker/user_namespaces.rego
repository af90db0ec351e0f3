# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Use user namespaces
# description: >-
#   Root of a container that has its own user namespace is nobody on the host, whatever it breaks
#   out of.
# related_resources:
#   - https://docs.docker.com/engine/security/userns-remap/
# custom:
#   id: SW-DOCKER-2.10
#   aliases: [CIS-DOCKER-2.10]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 2
#     mode: auto
#     numbers: {"1.8.0": "2.10", "1.7.0": "2.9", "1.6.0": "2.9", "1.3.1": "2.9", "1.2.0": "2.8"}
#   message: Containers use the user namespace of the host
#   remediation: >-
#     Create ranges in /etc/subuid and /etc/subgid, then set userns-remap to "default" in
#     daemon.json. Images and containers are kept apart from the old ones.
#   fix:
#     file: "/etc/docker/daemon.json"
#     text: "{\"userns-remap\": \"default\"}"
#     risk: >-
#       Existing containers and images are no longer seen, and files of volumes belong to other ids.
#       The daemon must be started again; without live-restore all containers stop for that time.
#   ja:
#     title: ユーザー名前空間を使う
#     description: >-
#       専用のユーザー名前空間を持つコンテナーの root は、抜け出してもホストでは誰でもない。
#     message: "コンテナーがホストのユーザー名前空間を使っている"
#     remediation: >-
#       /etc/subuid と /etc/subgid に範囲を作り、daemon.json の userns-remap を "default" にする。イメージとコンテナーは以前のものと別に保存される。
#     risk: >-
#       既存のコンテナーとイメージは見えなくなり、ボリュームのファイルの所有者が変わる。デーモンの再起動が必要。live-restore がなければ、その間すべてのコンテナーが止まる。
package seawall.docker.user_namespaces

import data.seawall.lib.docker

outside := docker.no_daemon

missing := docker.no_info

apart if docker.has_option("userns")

apart if docker.rootless

deny contains {"subject": "userns-remap", "evidence": evidence} if not apart

evidence := concat("; ", array.concat(
	[sprintf("SecurityOptions: %s", [docker.options_shown])],
	array.concat([docker.shown("userns-remap") | docker.setting_known("userns-remap")], ranges),
))

ranges := [sprintf("%s: %d entries", [name, count(input.accounts[name])]) |
	some name in ["subuid", "subgid"]
	is_array(input.accounts[name])
]

seen contains {"subject": "userns-remap", "evidence": evidence}
