# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Avoid container sprawl
# description: >-
#   Stopped containers keep their data, secrets and old images, and anybody may start them again.
# related_resources:
#   - https://docs.docker.com/engine/manage-resources/pruning/
# custom:
#   id: SW-DOCKER-6.2
#   aliases: [CIS-DOCKER-6.2]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "6.2", "1.7.0": "6.2", "1.6.0": "6.2", "1.3.1": "6.2", "1.2.0": "6.2"}
#   message: "{stopped} containers are stopped"
#   remediation: >-
#     Remove what is not needed (docker container prune); stopped_containers says how many may stay.
#   fix:
#     by_hand: true
#     command: "docker container prune"
#     risk: Removes every stopped container with what is written in it.
#   ja:
#     title: コンテナーの氾濫を避ける
#     description: >-
#       止まったコンテナーはデータ、秘密、古いイメージを持ち続け、誰でも起動し直せる。
#     message: "止まったコンテナーが {stopped} 個ある"
#     remediation: >-
#       不要なものを消す（docker container prune）。残してよい数は stopped_containers で指定する。
#     risk: >-
#       止まったコンテナーを、書き込まれた内容ごとすべて消す。
package seawall.docker.container_sprawl

import data.seawall.lib.docker

outside := docker.no_daemon

outside := {"msg": "there are no containers", "ja": "コンテナーがない"} if {
	not docker.no_daemon
	input.engine.info.Containers == 0
}

missing := docker.no_info | no_count

no_count contains docker.unread("engine.info.ContainersStopped") if {
	docker.info_known
	not docker.given(["engine", "info", "ContainersStopped"])
}

default most := 25

most := data.settings.stopped_containers

stopped := input.engine.info.ContainersStopped

manual contains {"stopped": stopped, "subject": "containers", "evidence": evidence} if stopped > most

evidence := sprintf("%v containers: %v running, %v stopped", [
	object.get(input.engine.info, "Containers", "?"),
	object.get(input.engine.info, "ContainersRunning", "?"),
	stopped,
])

seen contains {"subject": "containers", "evidence": evidence}
