# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Registry is reached over a private endpoint
# description: >-
#   The registry is reached over a private connection that was approved; elsewhere its name resolves
#   to private addresses only. Over a private path images do not cross public networks, and nothing
#   can be carried out through the same door.
# related_resources:
#   - https://learn.microsoft.com/azure/templates/microsoft.containerregistry/registries/privateendpointconnections
# custom:
#   id: SW-REC-008
#   aliases: [registry-private-link, e8eef0a8-67cf-4eb4-9386-14b0e78733d4]
#   severity: medium
#   message: "{what}"
#   remediation: >-
#     Create a private endpoint for the registry in the network that uses it, have the connection
#     approved, and let its name resolve to the private address.
#   ja:
#     title: レジストリにプライベート接続を使う
#     description: "承認されたプライベート接続でレジストリに到達する。クラウド以外では、その名前がプライベート アドレスだけに解決される。プライベートな経路ならイメージが公衆網を通らず、同じ経路から持ち出されることもない。"
#     message: "{what_ja}"
#     remediation: "レジストリを使うネットワークにプライベート エンドポイントを作成して接続の承認を受け、名前がプライベート アドレスに解決されるようにする。"
package seawall.registry.private_link

import data.seawall.lib.address
import data.seawall.lib.arm
import data.seawall.lib.facts
import data.seawall.lib.settings

recommendation := "registry-private-link"

not_applicable := settings.disabled if settings.is_disabled(recommendation, "audit")

judged if not settings.is_disabled(recommendation, "audit")

unread contains reason if some reason in arm.unclear

unread contains arm.not_a_list(["privateEndpointConnections"]) if arm.is_arm

# Inside of the registry, or beside it as resources of their own (an exported template).
connections := array.concat(
	[c | some c in arm.property(["privateEndpointConnections"])],
	arm.related("Microsoft.ContainerRegistry/registries/privateEndpointConnections"),
) if {
	arm.property(["privateEndpointConnections"])
} else := arm.related("Microsoft.ContainerRegistry/registries/privateEndpointConnections")

# With or without the level `properties`.
status_of(connection) := status if {
	status := arm.below(connection, ["properties", "privateLinkServiceConnectionState", "status"])
} else := arm.below(connection, ["privateLinkServiceConnectionState", "status"])

approved if {
	some connection in connections
	arm.is_word(status_of(connection), "approved")
}

unread contains {
	"msg": sprintf("resource %v: the state of a private endpoint is an expression", [arm.name]),
	"ja": sprintf("リソース %v: プライベート エンドポイントの状態が式で書かれている", [arm.name]),
} if {
	arm.is_arm
	not approved
	some connection in connections
	arm.is_expression(status_of(connection))
}

deny contains finding if {
	judged
	arm.is_arm
	not approved
	finding := {
		"subject": arm.name,
		"evidence": states,
		"what": "the registry has no approved private endpoint",
		"what_ja": "承認されたプライベート エンドポイントがレジストリにない",
	}
}

states := "privateEndpointConnections: none" if {
	count(connections) == 0
} else := sprintf("privateEndpointConnections: %v", [concat(", ", [state |
	some connection in connections
	state := object.get({"status": status_of(connection)}, "status", "absent")
])])

# Elsewhere: where its name leads, seen from a node.
has_addresses if count(input.addresses) > 0

unread contains facts.why_absent("addresses") if {
	not arm.is_arm
	not has_addresses
}

unread contains {
	"msg": sprintf("%v is no address", [bad]),
	"ja": sprintf("%v はアドレスでない", [bad]),
} if {
	not arm.is_arm
	some bad in input.addresses
	not address.is_address(bad)
}

unread contains facts.why_absent("tls.verified") if {
	not arm.is_arm
	count(input.addresses) > 0
	count(public) == 0
	not is_boolean(facts.at(["tls", "verified"]))
}

public := [a |
	some a in input.addresses
	not address.is_within(a, array.concat(address.private_ranges, vpn))
]

vpn := settings.parameter_or(recommendation, "private_ranges", object.get(input, "private_ranges", []))

deny contains finding if {
	judged
	not arm.is_arm
	some bad in public
	finding := {
		"subject": facts.name,
		"evidence": bad,
		"what": sprintf("the name of the registry leads to the public address %v", [bad]),
		"what_ja": sprintf("レジストリの名前が公開アドレス %v に解決される", [bad]),
	}
}

deny contains finding if {
	judged
	not arm.is_arm
	input.tls.verified == false
	finding := {
		"subject": facts.name,
		"evidence": object.get(input.tls, "error", "tls"),
		"what": "TLS fails at the private address of the registry",
		"what_ja": "レジストリのプライベート アドレスで TLS が成立しない",
	}
}

missing contains facts.no_document if {
	judged
	not is_object(input)
}

# What a resource does not clearly say decides nothing; of facts, what is proved stands.
missing contains reason if {
	judged
	arm.is_arm
	some reason in unread
}

missing contains reason if {
	judged
	not arm.is_arm
	count(deny) == 0
	some reason in unread
}
