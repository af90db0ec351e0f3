# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Rotate node certificates
# description: A node that is taken over keeps its place in the swarm until its certificate ends.
# related_resources:
#   - https://docs.docker.com/engine/swarm/
# custom:
#   id: SW-DOCKER-7.7
#   aliases: [CIS-DOCKER-7.7]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "7.7", "1.7.0": "7.7", "1.6.0": "7.7", "1.3.1": "7.8", "1.2.0": "7.8"}
#   message: "Certificates of nodes are valid for {days} days; decide whether that is short enough"
#   remediation: docker swarm update --cert-expiry 720h (node_cert_days says how many days may be).
#   fix:
#     command: "docker swarm update --cert-expiry 720h"
#     risk: A node that is away for longer must join again.
#   ja:
#     title: ノード証明書を更新する
#     description: >-
#       乗っ取られたノードは、証明書の期限まで Swarm に居続ける。
#     message: "ノード証明書の有効期間が {days} 日である。十分短いかを判断する"
#     remediation: >-
#       docker swarm update --cert-expiry 720h とする（許す日数は node_cert_days）。
#     risk: >-
#       それより長く離れたノードは参加し直す必要がある。
package seawall.docker.node_certificates

import data.seawall.lib.docker
import data.seawall.lib.swarm

outside := swarm.outside_manager

default most := 90

most := data.settings.node_cert_days

missing := swarm.no_spec | unread

unread contains docker.unread("engine.swarm.Spec.CAConfig") if {
	swarm.has_spec
	not docker.given(["engine", "swarm", "Spec", "CAConfig", "NodeCertExpiry"])
}

valid := input.engine.swarm.Spec.CAConfig.NodeCertExpiry / 86400000000000

manual contains {"days": valid, "subject": "swarm", "evidence": evidence} if valid > most

evidence := sprintf("NodeCertExpiry: %v days", [valid])

seen contains {"subject": "swarm", "evidence": evidence}
