# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Run the daemon without root if possible
# description: >-
#   Whoever breaks out of a container, or reaches the API, has the rights of the daemon. A rootless
#   daemon has those of an ordinary user.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-2.1
#   aliases: [CIS-DOCKER-2.1]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "2.1", "1.7.0": "2.1", "1.6.0": "2.1", "1.3.1": "2.1"}
#   message: "The daemon runs as root (uid {uid})"
#   remediation: >-
#     Where the workloads allow it, install the rootless mode of the engine (dockerd-rootless-setuptool.sh
#     install) and move the containers there.
#   ja:
#     title: 可能ならデーモンを root なしで動かす
#     description: >-
#       コンテナーから抜け出した者や API に届いた者は、デーモンの権限を得る。ルートレスのデーモンなら一般ユーザーの権限しかない。
#     message: "デーモンが root（uid {uid}）で動いている"
#     remediation: >-
#       ワークロードが許すなら、エンジンのルートレス モードを導入し（dockerd-rootless-setuptool.sh install）、コンテナーを移す。
package seawall.docker.rootless_daemon

import data.seawall.lib.docker

outside := docker.no_daemon

missing contains docker.unread("engine.info") if {
	not docker.info_known
	not own_user
}

own_user if input.daemon.uid > 0

without_root if docker.rootless

without_root if own_user

manual contains {"uid": object.get(input, ["daemon", "uid"], "?"), "subject": "dockerd", "evidence": evidence} if {
	docker.info_known
	not without_root
}

seen contains {"subject": "dockerd", "evidence": evidence}

evidence := sprintf("uid %v, SecurityOptions: %s", [
	object.get(input, ["daemon", "uid"], "?"),
	docker.options_shown,
])
