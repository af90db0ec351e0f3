# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Rotate the CA certificate
# description: Whoever has the old key of the CA can add nodes until it is replaced.
# related_resources:
#   - https://docs.docker.com/engine/swarm/
# custom:
#   id: SW-DOCKER-7.8
#   aliases: [CIS-DOCKER-7.8]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "7.8", "1.7.0": "7.8", "1.6.0": "7.8", "1.3.1": "7.9", "1.2.0": "7.9"}
#   message: "The CA of the swarm is {days} days old; decide whether it should be changed"
#   remediation: docker swarm ca --rotate (root_ca_days says how old it may be).
#   fix:
#     command: "docker swarm ca --rotate"
#     risk: All nodes get new certificates; those that are away must join again.
#   ja:
#     title: CA 証明書を更新する
#     description: >-
#       CA の古い鍵を持つ者は、交換されるまでノードを追加できる。
#     message: "Swarm の CA は {days} 日経っている。更新すべきかを判断する"
#     remediation: >-
#       docker swarm ca --rotate を行う（許す日数は root_ca_days）。
#     risk: >-
#       全ノードの証明書が更新される。離れているノードは参加し直す必要がある。
package seawall.docker.root_ca

import data.seawall.lib.docker
import data.seawall.lib.swarm

outside := swarm.outside_manager

default most := 365

most := data.settings.root_ca_days

missing := swarm.no_info | unread

unread contains docker.unread("swarm.root_ca_not_before") if not is_known

is_known if is_number(age)

now := data.settings.now_ns

now := time.parse_rfc3339_ns(input.collected_at) if not data.settings.now_ns

age := (now - time.parse_rfc3339_ns(input.swarm.root_ca_not_before)) / 86400000000000

manual contains {"days": floor(age), "subject": "swarm", "evidence": evidence} if age > most

evidence := sprintf("%s (%s), rotation in progress: %v", [
	input.swarm.root_ca_not_before,
	object.get(input.swarm, "root_ca_source", "?"),
	object.get(input, ["engine", "swarm", "RootRotationInProgress"], "?"),
])

seen contains {"subject": "swarm", "evidence": evidence}
