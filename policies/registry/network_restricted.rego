# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Registry is not open to every network
# description: >-
#   The registry refuses networks that are not on its list. A registry that is open to every network
#   is guarded by passwords alone, and each flaw of it can be tried by everybody.
# related_resources:
#   - https://learn.microsoft.com/azure/templates/microsoft.containerregistry/registries
# custom:
#   id: SW-REC-007
#   aliases: [registry-network-restricted, d0793b48-0edc-4296-a390-4c75d1bdfd71]
#   severity: medium
#   message: "{what}"
#   remediation: >-
#     Set the default action for networks to Deny and list the addresses or networks that may
#     connect, or switch public access off. A registry of your own: bind it to an internal address
#     or declare an allow list in front of it.
#   ja:
#     title: レジストリへのネットワーク アクセスを制限する
#     description: "レジストリが、許可リストに無いネットワークからの接続を拒否する。すべてのネットワークに開かれたレジストリを守るのはパスワードだけであり、その欠陥は誰でも試せる。"
#     message: "{what_ja}"
#     remediation: "ネットワークの既定の動作を Deny にして接続を許可するアドレスやネットワークを列挙するか、公開アクセスを無効にする。自前のレジストリでは、内部アドレスで待ち受けるか、前段に許可リストを設けて申告する。"
package seawall.registry.network_restricted

import data.seawall.lib.address
import data.seawall.lib.arm
import data.seawall.lib.facts
import data.seawall.lib.settings

recommendation := "registry-network-restricted"

not_applicable := settings.disabled if settings.is_disabled(recommendation, "audit")

judged if not settings.is_disabled(recommendation, "audit")

# Version 2.0.0 of the definition is content with a registry that is not public at all.
mode_v2 if lower(settings.parameter(recommendation, "mode")) in {"v2", "2.0.0"}

unread contains reason if some reason in arm.unclear

unread contains arm.not_a_text(["networkRuleSet", "defaultAction"]) if {
	arm.is_arm
	not closed_v2
}

unread contains arm.not_a_text(["publicNetworkAccess"]) if {
	arm.is_arm
	mode_v2
}

# It equals neither Allow nor what is known.
unread contains arm.odd(["networkRuleSet", "defaultAction"], action) if {
	arm.is_arm
	not closed_v2
	action := arm.property(["networkRuleSet", "defaultAction"])
	is_string(action)
	not lower(action) in {"allow", "deny"}
}

unread contains arm.odd(["publicNetworkAccess"], access) if {
	arm.is_arm
	mode_v2
	access := arm.property(["publicNetworkAccess"])
	is_string(access)
	not lower(access) in {"enabled", "disabled", "securedbyperimeter"}
}

closed_v2 if {
	mode_v2
	lower(arm.property(["publicNetworkAccess"])) in {"disabled", "securedbyperimeter"}
}

deny contains finding if {
	judged
	arm.is_arm
	not closed_v2
	not arm.is_word_at(["networkRuleSet", "defaultAction"], "deny")
	finding := {
		"subject": arm.name,
		"evidence": concat("; ", array.concat(
			[sprintf("networkRuleSet.defaultAction: %v", [arm.shown(["networkRuleSet", "defaultAction"])])],
			[sprintf("publicNetworkAccess: %v", [arm.shown(["publicNetworkAccess"])])],
		)),
		"what": "the registry accepts connections of every network",
		"what_ja": "レジストリがすべてのネットワークからの接続を受け付ける",
	}
}

# Elsewhere: where it listens and who may connect, and what a try from outside said.
listens if count(listeners) > 0

listeners := input.listener.addresses if is_array(input.listener.addresses)

allowed := settings.parameter_or(recommendation, "allow_list", object.get(input, "allow_list", []))

unread contains facts.why_absent("listener.addresses") if {
	not arm.is_arm
	not listens
	count(allowed) == 0
}

unread contains facts.why_absent("probe") if {
	not arm.is_arm
	is_object(input.probe)
	not is_boolean(facts.at(["probe", "answered"]))
}

unread contains {
	"msg": sprintf("the allow list holds %v, which is no range of addresses", [range]),
	"ja": sprintf("許可リストの %v はアドレスの範囲でない", [range]),
} if {
	not arm.is_arm
	some range in allowed
	not address.is_range(range)
}

deny contains finding if {
	judged
	not arm.is_arm
	some listener in listeners
	address.is_wildcard(listener)
	count(allowed) == 0
	finding := {
		"subject": facts.name,
		"evidence": listener,
		"what": sprintf("the registry listens on %v, and there is no allow list in front of it", [listener]),
		"what_ja": sprintf("レジストリが %v で待ち受けており、前段に許可リストがない", [listener]),
	}
}

deny contains finding if {
	judged
	not arm.is_arm
	address.lets_everybody_in(allowed)
	finding := {
		"subject": facts.name,
		"evidence": concat(", ", allowed),
		"what": "the allow list of the registry lets every address in",
		"what_ja": "レジストリの許可リストがすべてのアドレスを許可している",
	}
}

deny contains finding if {
	judged
	not arm.is_arm
	input.probe.answered == true
	finding := {
		"subject": facts.name,
		"evidence": sprintf("probe from %v", [object.get(input.probe, "from", "outside")]),
		"what": "the registry answered a connection from outside of the allow list",
		"what_ja": "許可リストの外からの接続にレジストリが応答した",
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
