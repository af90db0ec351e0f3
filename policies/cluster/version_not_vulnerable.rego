# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Cluster runs a Kubernetes version without the known flaw
# description: >-
#   The control plane and the nodes run a version of Kubernetes without a known flaw (CVE-2019-9946
#   is fixed in 1.11.9, 1.12.7, 1.13.5 and 1.14.0) that is still supported. Flaws of Kubernetes
#   itself pass by every policy inside it, and versions that are out of support get no repair.
# related_resources:
#   - https://nvd.nist.gov/vuln/detail/CVE-2019-9946
# custom:
#   id: SW-REC-015
#   aliases: [kubernetes-version-not-vulnerable, fb893a29-21bb-418c-a157-e99480ec364c]
#   severity: high
#   message: "{what}"
#   remediation: >-
#     Upgrade the control plane and then the nodes to a version that is fixed and supported.
#   ja:
#     title: 脆弱性のない Kubernetes バージョンへ更新する
#     description: "コントロール プレーンとノードの Kubernetes のバージョンに既知の欠陥が無く（CVE-2019-9946 は 1.11.9、1.12.7、1.13.5、1.14.0 で修正）、サポート期間内である。Kubernetes 自体の欠陥は内部のどのポリシーでも防げず、サポートの終わったバージョンは修正されない。"
#     message: "{what_ja}"
#     remediation: "コントロール プレーン、次にノードを、修正済みでサポート中のバージョンに更新する。"
package seawall.cluster.version_not_vulnerable

import data.seawall.lib.arm
import data.seawall.lib.facts
import data.seawall.lib.kubernetes_version
import data.seawall.lib.managed_by
import data.seawall.lib.settings

recommendation := "kubernetes-version-not-vulnerable"

# Fixed in 1.11.9, 1.12.7, 1.13.5 and 1.14.0; what came before 1.11 was never repaired.
built_in := [
	{"cve": "CVE-2019-9946", "introduced": "", "fixed": "1.11.9"},
	{"cve": "CVE-2019-9946", "introduced": "1.12.0-alpha", "fixed": "1.12.7"},
	{"cve": "CVE-2019-9946", "introduced": "1.13.0-alpha", "fixed": "1.13.5"},
	{"cve": "CVE-2019-9946", "introduced": "1.14.0-alpha", "fixed": "1.14.0"},
]

ranges := array.concat(
	array.concat(built_in, settings.parameter_or(recommendation, "vulnerable_ranges", [])),
	[range | some range in input.advisories],
)

not_applicable := settings.disabled if settings.is_disabled(recommendation, "audit")

judged if not settings.is_disabled(recommendation, "audit")

# The control plane of a resource: the exact version runs where only a minor one is asked for.
control_plane := version if {
	not arm.is_arm
	version := input.version.gitVersion
}

control_plane := exact if {
	arm.is_arm
	exact := array.concat(
		[v |
			v := arm.property(["kubernetesVersion"])
			kubernetes_version.parsed(v)
		],
		array.concat(
			[v |
				v := arm.property(["currentKubernetesVersion"])
				kubernetes_version.parsed(v)
			],
			[v | v := arm.property(["kubernetesVersion"])],
		),
	)[0]
}

not_applicable := {
	"msg": sprintf("%v is no version that can be compared", [json.marshal(control_plane)]),
	"ja": sprintf("%v は比較できるバージョンでない", [json.marshal(control_plane)]),
} if {
	judged
	control_plane
	not kubernetes_version.parsed(control_plane)
}

unread contains reason if some reason in arm.unclear

unread contains {
	"msg": sprintf("resource %v does not say its version", [arm.name]),
	"ja": sprintf("リソース %v にバージョンがない", [arm.name]),
} if {
	arm.is_arm
	not control_plane
}

unread contains arm.odd(["kubernetesVersion"], control_plane) if {
	arm.is_arm
	arm.is_expression(control_plane)
}

unread contains facts.why_absent("version") if {
	not arm.is_arm
	not control_plane
}

unread contains facts.why_absent("nodes") if {
	not arm.is_arm
	not is_array(facts.at(["nodes"]))
}

unread contains facts.why_absent("advisories") if {
	not arm.is_arm
	facts.not_read("advisories")
}

unread contains {
	"msg": sprintf("the range %v cannot be read", [json.marshal(range)]),
	"ja": sprintf("範囲 %v を読めない", [json.marshal(range)]),
} if {
	judged
	some range in ranges
	kubernetes_version.is_odd(range)
}

unread contains {
	"msg": sprintf("node %v: version %v cannot be compared", [node.name, object.get(node, "kubelet_version", "")]),
	"ja": sprintf("ノード %v: バージョン %v は比較できない", [node.name, object.get(node, "kubelet_version", "")]),
} if {
	judged
	not arm.is_arm
	kubernetes_version.parsed(control_plane)
	some node in input.nodes
	not managed_by.versions_of(node)
	not kubernetes_version.parsed(object.get(node, "kubelet_version", ""))
}

# What is judged: {"name", "name_ja", "version"}.
machines contains {"name": "the control plane", "name_ja": "コントロール プレーン", "version": control_plane}

machines contains {"name": name, "name_ja": name_ja, "version": node.kubelet_version} if {
	not arm.is_arm
	some node in input.nodes
	not managed_by.versions_of(node)
	name := sprintf("node %v", [node.name])
	name_ja := sprintf("ノード %v", [node.name])
}

deny contains finding if {
	judged
	some machine in machines
	version := kubernetes_version.parsed(machine.version)
	some range in ranges
	kubernetes_version.is_in(version, range)
	cve := object.get(range, "cve", object.get(range, "id", "?"))
	finding := {
		"subject": subject(machine),
		"evidence": machine.version,
		"what": sprintf("%v: version %v has %v%v", [machine.name, machine.version, cve, repaired(range)]),
		"what_ja": sprintf("%v: バージョン %v には %v がある%v", [machine.name_ja, machine.version, cve, repaired_ja(range)]),
	}
}

subject(machine) := arm.name if arm.is_arm else := machine.name

repaired(range) := sprintf("; fixed in %v", [range.fixed]) if not object.get(range, "fixed", "") in {"", null} else := ""

repaired_ja(range) := sprintf("（%v で修正）", [range.fixed]) if not object.get(range, "fixed", "") in {"", null} else := ""

# Support.
oldest := kubernetes_version.minor_parsed(settings.parameter(recommendation, "min_supported_minor"))

oldest := [1, newest - 3] if not settings.parameter(recommendation, "min_supported_minor")

newest := settings.parameter_or(recommendation, "newest_minor", kubernetes_version.newest_known)

unread contains {
	"msg": sprintf("min_supported_minor %v is no version", [value]),
	"ja": sprintf("min_supported_minor %v はバージョンでない", [value]),
} if {
	value := settings.parameter(recommendation, "min_supported_minor")
	not kubernetes_version.minor_parsed(value)
}

deny contains finding if {
	judged
	some machine in machines
	minor := kubernetes_version.minor(machine.version)
	is_unsupported(minor)
	finding := {
		"subject": subject(machine),
		"evidence": machine.version,
		"what": sprintf("%v: version %v is no longer supported%v", [machine.name, machine.version, since(minor)]),
		"what_ja": sprintf("%v: バージョン %v はサポートが終了している%v", [machine.name_ja, machine.version, since_ja(minor)]),
	}
}

is_unsupported(minor) if minor < oldest

is_unsupported(minor) if {
	end := last_day(minor)
	settings.at_ns >= time.parse_rfc3339_ns(sprintf("%vT00:00:00Z", [end])) + 24 * 3600 * 1000 * 1000000
}

# Dates of the facts and of the operator win over the table.
last_day(minor) := end if {
	key := sprintf("%v.%v", minor)
	end := settings.parameter(recommendation, "end_of_support")[key]
} else := input.support.end_of_support[sprintf("%v.%v", minor)] if {
	true
} else := kubernetes_version.end_of_support[minor[1]] if minor[0] == 1

since(minor) := sprintf(" (since %v)", [last_day(minor)]) else := ""

since_ja(minor) := sprintf("（%v まで）", [last_day(minor)]) else := ""

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
