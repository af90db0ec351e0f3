# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Keep swarm mode off unless needed
# description: >-
#   Swarm mode opens ports to other machines and takes orders from them. A host that needs none
#   should not listen.
# related_resources:
#   - https://docs.docker.com/engine/swarm/
# custom:
#   id: SW-DOCKER-5.1
#   aliases: [CIS-DOCKER-5.1]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.1", "1.7.0": "5.1", "1.6.0": "5.1", "1.3.1": "7.1", "1.2.0": "7.1"}
#   message: "The host is in a swarm ({state})"
#   remediation: >-
#     Leave the swarm (docker swarm leave, with --force on a manager), or say that it is meant to be
#     there: swarm_expected: true.
#   fix:
#     by_hand: true
#     command: "docker swarm leave"
#     risk: Services of the swarm no longer run on this host.
#   ja:
#     title: 不要なら Swarm モードを無効にする
#     description: >-
#       Swarm モードは他のマシンにポートを開き、指示を受ける。不要なホストは待ち受けるべきでない。
#     message: "ホストが Swarm に入っている（{state}）"
#     remediation: >-
#       Swarm から抜ける（docker swarm leave。マネージャーでは --force）か、意図したものなら swarm_expected: true とする。
#     risk: >-
#       Swarm のサービスはこのホストで動かなくなる。
package seawall.docker.swarm_off

import data.seawall.lib.docker

outside := docker.no_daemon

missing := docker.no_swarm

deny contains {"state": docker.swarm_state, "subject": "swarm", "evidence": evidence} if {
	not docker.swarm_state in {"", "inactive"}
	not expected
}

expected if data.settings.swarm_expected == true

evidence := sprintf("Swarm.LocalNodeState: %s", [docker.swarm_state])

seen contains {"subject": "swarm", "evidence": evidence}
