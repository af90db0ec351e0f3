# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Encrypt overlay networks
# description: >-
#   Traffic between containers on different hosts is in the clear unless the network says otherwise.
# related_resources:
#   - https://docs.docker.com/engine/network/drivers/overlay/
# custom:
#   id: SW-DOCKER-7.3
#   aliases: [CIS-DOCKER-7.3]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "7.3", "1.7.0": "7.3", "1.6.0": "7.3", "1.3.1": "7.4", "1.2.0": "7.4"}
#   message: "The overlay network {network} is not encrypted"
#   remediation: Create the network again with --opt encrypted.
#   ja:
#     title: オーバーレイ ネットワークを暗号化する
#     description: >-
#       ホストをまたぐコンテナー間の通信は、ネットワークで指定しない限り平文である。
#     message: "オーバーレイ ネットワーク {network} が暗号化されていない"
#     remediation: >-
#       --opt encrypted を付けてネットワークを作り直す。
package seawall.docker.overlay_encryption

import data.seawall.lib.docker
import data.seawall.lib.swarm

outside := swarm.outside_manager

missing := swarm.no_info | no_networks

no_networks contains docker.unread("networks") if not docker.given(["networks"])

overlays := [network |
	some network in input.networks
	network.driver == "overlay"
]

name_of(network) := object.get(network, "name", "?")

shown(network) := json.marshal(object.get(network, "options", null))

is_encrypted(network) if "encrypted" in object.keys(network.options)

deny contains {"network": name_of(network), "subject": name_of(network), "evidence": shown(network)} if {
	some network in overlays
	not network.ingress
	not is_encrypted(network)
}

# The network of published ports, on its own: it must be removed and made again.
deny contains {
	"msg": sprintf("The ingress network %s is not encrypted", [name_of(network)]),
	"ja": sprintf("ingress ネットワーク %s が暗号化されていない", [name_of(network)]),
	"subject": name_of(network),
	"evidence": shown(network),
} if {
	some network in overlays
	network.ingress
	not is_encrypted(network)
}

seen contains {"subject": "networks", "evidence": concat(", ", [name_of(network) | some network in overlays])}
