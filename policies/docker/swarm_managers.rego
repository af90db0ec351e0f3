# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Keep the number of managers low
# description: >-
#   Every manager holds the whole state of the swarm and may change it. An even number adds risk and
#   no safety.
# related_resources:
#   - https://docs.docker.com/engine/swarm/
# custom:
#   id: SW-DOCKER-7.1
#   aliases: [CIS-DOCKER-7.1]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "7.1", "1.7.0": "7.1", "1.6.0": "7.1", "1.3.1": "7.2", "1.2.0": "7.2"}
#   message: "The swarm has {managers} managers"
#   remediation: >-
#     Demote surplus managers (docker node demote); an odd number up to 7 is right, swarm_managers
#     says another.
#   ja:
#     title: マネージャーの数を少なく保つ
#     description: >-
#       各マネージャーは Swarm の全状態を持ち、変更できる。偶数にしても危険が増えるだけで安全性は上がらない。
#     message: "Swarm のマネージャーが {managers} 台ある"
#     remediation: >-
#       余分なマネージャーを降格する（docker node demote）。7 以下の奇数が適切で、swarm_managers で変えられる。
package seawall.docker.swarm_managers

import data.seawall.lib.docker
import data.seawall.lib.swarm

outside := swarm.outside_manager

missing := swarm.no_info | no_count

no_count contains docker.unread("engine.info.Swarm.Managers") if {
	docker.info_known
	not docker.given(["engine", "info", "Swarm", "Managers"])
}

managers := input.engine.info.Swarm.Managers

right if managers == data.settings.swarm_managers

right if {
	not data.settings.swarm_managers
	managers % 2 == 1
	managers <= 7
}

deny contains {"managers": managers, "subject": "swarm", "evidence": evidence} if not right

evidence := sprintf("Swarm.Managers: %v", [managers])

seen contains {"subject": "swarm", "evidence": evidence}
