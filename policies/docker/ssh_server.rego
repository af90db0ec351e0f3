# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Do not run sshd in containers
# description: >-
#   A login server in a container has keys, accounts and updates of its own that nobody looks after.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-5.7
#   aliases: [CIS-DOCKER-5.7]
#   severity: medium
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.7", "1.7.0": "5.7", "1.6.0": "5.7", "1.3.1": "5.6", "1.2.0": "5.6"}
#   message: "The container {container} runs {program}"
#   remediation: Remove the server from the image and use docker exec.
#   ja:
#     title: コンテナーで sshd を動かさない
#     description: >-
#       コンテナー内のログイン サーバーは、誰も面倒を見ない鍵、アカウント、更新を持つ。
#     message: "コンテナー {container} で {program} が動いている"
#     remediation: >-
#       サーバーをイメージから外し、docker exec を使う。
package seawall.docker.ssh_server

import data.seawall.lib.container
import data.seawall.lib.docker

outside := container.outside

outside := {"msg": "it does not run yet", "ja": "まだ動いていない"} if {
	not container.outside
	container.offline
}

missing contains docker.unread("processes") if not are_known

are_known if is_array(input.processes)

are_known if {
	is_null(input.processes)
	container.is_state_known
	not container.running
}

deny contains container.finding({"program": process.comm, "evidence": sprintf("process %v", [object.get(process, "pid", "?")])}) if {
	some process in input.processes
	process.comm in {"dropbear", "sshd", "sshd-session"}
}

seen contains container.seen(sprintf("%d processes", [count(input.processes)]))

seen contains container.seen("it does not run") if is_null(input.processes)
