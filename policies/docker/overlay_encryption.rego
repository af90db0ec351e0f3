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

no_networks contains docker.unread("networks") if not docker.told(["networks"])

overlays := [network |
	some network in input.networks
	network.driver == "overlay"
]

is_encrypted(network) if "encrypted" in object.keys(network.options)

deny contains {"network": network.name, "subject": network.name, "evidence": json.marshal(network.options)} if {
	some network in overlays
	not network.ingress
	not is_encrypted(network)
}

# The network of published ports, on its own: it must be removed and made again.
deny contains {
	"msg": sprintf("The ingress network %s is not encrypted", [network.name]),
	"ja": sprintf("ingress ネットワーク %s が暗号化されていない", [network.name]),
	"subject": network.name,
	"evidence": json.marshal(network.options),
} if {
	some network in overlays
	network.ingress
	not is_encrypted(network)
}

seen contains {"subject": "networks", "evidence": concat(", ", [network.name | some network in overlays])}
