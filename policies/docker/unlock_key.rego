# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Rotate the auto-lock key
# description: A key that many have seen over the years opens every manager.
# related_resources:
#   - https://docs.docker.com/engine/swarm/swarm_manager_locking/
# custom:
#   id: SW-DOCKER-7.6
#   aliases: [CIS-DOCKER-7.6]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: manual
#     numbers: {"1.8.0": "7.6", "1.7.0": "7.6", "1.6.0": "7.6", "1.3.1": "7.7", "1.2.0": "7.7"}
#   message: "No record says that the unlock key was changed within the last {days} days"
#   remediation: "docker swarm unlock-key --rotate, and record it: attestations with control SW-DOCKER-7.6."
#   ja:
#     title: 自動ロックの鍵を更新する
#     description: >-
#       長年多くの人が見た鍵で、すべてのマネージャーを開けてしまう。
#     message: "直近 {days} 日以内にロック解除の鍵を更新した記録がない"
#     remediation: >-
#       docker swarm unlock-key --rotate を行い、記録する（attestations に control: SW-DOCKER-7.6）。
package seawall.docker.unlock_key

import data.seawall.lib.docker
import data.seawall.lib.swarm

outside := swarm.outside_manager

default most := 90

most := data.settings.unlock_key_days

missing := swarm.no_info

said := docker.attested("SW-DOCKER-7.6")

recent if said.days <= most

manual contains {"days": most, "subject": "swarm", "evidence": evidence} if not recent

evidence := sprintf("%s, by %s", [said.date, said.by])

evidence := "no attestation" if not said

seen contains {"subject": "swarm", "evidence": evidence}
