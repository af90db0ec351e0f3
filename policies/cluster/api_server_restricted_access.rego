# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Cluster API server is reachable only from authorised ranges
# description: >-
#   The API server can be reached only from ranges that were named, or is private. The API server
#   rules the cluster. Where everybody reaches it, each leaked credential and each flaw of it can be
#   used from anywhere.
# related_resources:
#   - https://learn.microsoft.com/azure/templates/microsoft.containerservice/managedclusters
# custom:
#   id: SW-REC-014
#   aliases: [api-server-restricted-access, 0e246bcf-5f6f-4f87-bc6f-775d4712c7ea, CIS-K8S-1.12-1.2.1]
#   severity: high
#   message: "{what}"
#   remediation: >-
#     Name the source ranges that may reach the API server (never 0.0.0.0/0 or ::/0), or make the
#     cluster a private one.
#   ja:
#     title: API サーバーへのアクセス元を制限する
#     description: "API サーバーに到達できるのが指定した範囲だけか、プライベートである。API サーバーはクラスターを支配する。誰でも到達できれば、漏えいした認証情報や欠陥をどこからでも悪用できる。"
#     message: "{what_ja}"
#     remediation: "API サーバーへの接続を許可する送信元の範囲を指定する（0.0.0.0/0 や ::/0 は不可）か、プライベート クラスターにする。"
package seawall.cluster.api_server_restricted_access

import data.seawall.lib.address
import data.seawall.lib.arm
import data.seawall.lib.facts
import data.seawall.lib.settings

recommendation := "api-server-restricted-access"

not_applicable := settings.disabled if settings.is_disabled(recommendation, "audit")

judged if not settings.is_disabled(recommendation, "audit")

unread contains reason if some reason in arm.unclear

unread contains arm.not_a_truth(["apiServerAccessProfile", "enablePrivateCluster"]) if arm.is_arm

unread contains arm.not_a_list(["apiServerAccessProfile", "authorizedIPRanges"]) if {
	arm.is_arm
	not arm.is_true_at(["apiServerAccessProfile", "enablePrivateCluster"])
}

deny contains finding if {
	judged
	arm.is_arm
	not arm.property(["apiServerAccessProfile", "authorizedIPRanges"])
	not arm.is_true_at(["apiServerAccessProfile", "enablePrivateCluster"])
	finding := {
		"subject": arm.name,
		"evidence": "authorizedIPRanges: absent",
		"what": "the API server has no authorised source ranges and is not private",
		"what_ja": "API サーバーに許可された送信元の範囲がなく、プライベートでもない",
	}
}

# Elsewhere: what the operator declares counts, else where the name leads.
declared := settings.parameter(recommendation, "authorized_ranges") if {
	count(settings.parameter(recommendation, "authorized_ranges")) > 0
} else := input.api_server.authorized_ranges if count(input.api_server.authorized_ranges) > 0

odd contains range if {
	some range in declared
	not address.is_range(range)
}

unread contains {
	"msg": sprintf("the declared allow list holds %v, which is no range of addresses", [range]),
	"ja": sprintf("申告された許可リストの %v はアドレスの範囲でない", [range]),
} if {
	not arm.is_arm
	some range in odd
}

unread contains {
	"msg": sprintf("the address of the API server could not be resolved: %v", [input.api_server.addresses_error]),
	"ja": sprintf("API サーバーのアドレスを解決できなかった: %v", [input.api_server.addresses_error]),
} if {
	not arm.is_arm
	not declared
	is_string(input.api_server.addresses_error)
	input.api_server.addresses_error != ""
}

unread contains facts.why_absent("api_server.addresses") if {
	not arm.is_arm
	not declared
	not has_addresses
	facts.at(["api_server", "addresses_error"]) in {"", null}
}

unread contains {
	"msg": sprintf("%v is no address", [bad]),
	"ja": sprintf("%v はアドレスでない", [bad]),
} if {
	not arm.is_arm
	not declared
	some bad in input.api_server.addresses
	not address.is_address(bad)
}

has_addresses if count(input.api_server.addresses) > 0

deny contains finding if {
	judged
	not arm.is_arm
	address.lets_everybody_in(declared)
	finding := {
		"subject": "declared allow list",
		"evidence": concat(", ", declared),
		"what": "the declared allow list of the API server lets every address in",
		"what_ja": "申告された API サーバーの許可リストがすべてのアドレスを許可している",
	}
}

deny contains finding if {
	judged
	not arm.is_arm
	not declared
	some public in input.api_server.addresses
	address.is_address(public)
	not address.is_within(public, array.concat(address.private_ranges, address.local_ranges))
	finding := {
		"subject": object.get(input.api_server, "host", "?"),
		"evidence": public,
		"what": sprintf("the API server %v has the public address %v, and no allow list is declared", [object.get(input.api_server, "host", "?"), public]),
		"what_ja": sprintf("API サーバー %v のアドレス %v は公開されており、許可リストも申告されていない", [object.get(input.api_server, "host", "?"), public]),
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
