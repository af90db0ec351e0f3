# SPDX-License-Identifier: Apache-2.0
package seawall.cluster.version_not_vulnerable_test

import data.seawall.cluster.version_not_vulnerable as check

arm(version) := {"kind": "cluster", "form": "arm", "resource": {"name": "aks", "properties": {"kubernetesVersion": version}}}

# Without the question of support, which has tests of its own.
old := {"kubernetes-version-not-vulnerable": {"min_supported_minor": "1.0", "end_of_support": {}}}

denied(facts) := {finding.what | some finding in found} if {
	found := check.deny with input as facts with data.settings.parameters as old
}

of_the_flaw(facts) := [what |
	some what in denied(facts)
	contains(what, "CVE-2019-9946")
]

errs(facts) if count(check.missing) > 0 with input as facts

test_every_vulnerable_version if {
	every version in [
		"1.0.0",
		"1.9.11",
		"1.10.13",
		"1.10.999",
		"1.11.0",
		"1.11.8",
		"1.12.0",
		"1.12.6",
		"1.13.0",
		"1.13.4",
		"v1.13.4",
		"1.13.4-gke.10",
		"v1.11.8+k3s1",
		"v1.12.6-eks-d69f1b",
		"1.13.5-rc.1",
		"1.11.9-beta.0",
		"v1.14.0-alpha.3",
		"1.14.0-rc.1",
	] {
		count(of_the_flaw(arm(version))) == 1
	}
}

test_every_fixed_version if {
	every version in ["1.11.9", "1.11.10", "1.12.7", "1.12.10-gke.17", "1.13.5", "1.13.12", "1.14.0", "1.20.2", "v1.30.1+k3s1", "1.113.1", "2.0.0"] {
		count(of_the_flaw(arm(version))) == 0
		count(check.missing) == 0 with input as arm(version)
		not check.not_applicable with input as arm(version)
	}
}

test_what_is_no_version if {
	every version in ["latest", "", "1", "1.x.3", "v1.2.3.4"] {
		check.not_applicable with input as arm(version)
		count(check.deny) == 0 with input as arm(version)
	}
}

test_a_minor_version_needs_the_exact_one if {
	check.not_applicable with input as arm("1.13")
	facts := {"form": "arm", "resource": {"name": "aks", "properties": {"kubernetesVersion": "1.13", "currentKubernetesVersion": "1.13.4"}}}
	count(of_the_flaw(facts)) == 1
}

test_the_field_is_missing if {
	errs({"form": "arm", "resource": {"name": "aks", "properties": {}}})
	errs({"form": "arm", "resource": {"name": "aks", "properties": {"kubernetesVersion": null}}})
	errs(arm("[parameters('v')]"))
}

test_ranges_of_the_operator if {
	set := {"kubernetes-version-not-vulnerable": {"min_supported_minor": 0, "vulnerable_ranges": [{"cve": "CVE-1", "introduced": "1.20.0", "fixed": "1.20.3"}]}}
	count(check.deny) == 1 with input as arm("1.20.2") with data.settings.parameters as set with data.settings.now_ns as 0
	count(check.deny) == 0 with input as arm("1.20.3") with data.settings.parameters as set with data.settings.now_ns as 0
	count(check.deny) == 0 with input as arm("1.19.9") with data.settings.parameters as set with data.settings.now_ns as 0
	odd := {"kubernetes-version-not-vulnerable": {"vulnerable_ranges": [{"cve": "CVE-1", "introduced": "x", "fixed": "1.20.3"}]}}
	count(check.missing) == 1 with input as arm("1.20.2") with data.settings.parameters as odd
}

facts(version, nodes) := {"kind": "cluster", "version": {"gitVersion": version}, "nodes": nodes}

node(name, version) := {"name": name, "kubelet_version": version, "labels": {}}

test_nodes_are_judged_too if {
	count(of_the_flaw(facts("v1.13.5", [node("a", "v1.13.5"), node("b", "v1.13.4")]))) == 1
	count(of_the_flaw(facts("v1.13.5", [node("a", "v1.13.5")]))) == 0
	count(of_the_flaw(facts("v1.13.4", [node("a", "v1.13.4")]))) == 2
}

test_a_node_whose_versions_somebody_else_chooses if {
	labels := {"labels": {"eks.amazonaws.com/compute-type": "fargate"}}
	count(of_the_flaw(facts("v1.13.5", [object.union(node("f", "v1.13.4"), labels)]))) == 0
}

test_advisories_of_the_facts if {
	known := object.union(facts("v1.30.1", []), {"advisories": [{"id": "CVE-2", "introduced": "1.30.0", "fixed": "1.30.2"}]})
	some what in denied(known)
	contains(what, "CVE-2")
	unread := object.union(facts("v1.30.1", []), {"not_read": [{"what": "advisories", "reason": "there is no database"}]})
	count(check.missing) == 1 with input as unread with data.settings.parameters as old
}

test_nothing_is_known if {
	errs({"kind": "cluster"})
	errs({"kind": "cluster", "version": {"gitVersion": "v1.99.1"}})
	errs(facts("v1.99.1", [{"name": "n"}]))
	errs(facts("v1.99.1", [node("n", "unknown")]))
	check.not_applicable with input as facts("development", [])
}

support(parameters) := {"kubernetes-version-not-vulnerable": parameters}

# 2026-11-22
clock := {"now_ns": 1795305600000000000}

unsupported(facts, parameters) := [f |
	some f in found
	contains(f.what, "no longer supported")
] if {
	found := check.deny with input as facts with data.settings as object.union(clock, {"parameters": support(parameters)})
}

test_support_ends if {
	count(unsupported(facts("v1.29.4", []), {})) == 1
	count(unsupported(facts("v1.35.1", []), {})) == 0
	count(unsupported(facts("v1.40.0", []), {})) == 0
	count(unsupported(facts("v1.35.1", []), {"end_of_support": {"1.35": "2026-11-21"}})) == 1
	count(unsupported(facts("v1.35.1", []), {"end_of_support": {"1.35": "2026-11-22"}})) == 0
	count(unsupported(object.union(facts("v1.35.1", []), {"support": {"end_of_support": {"1.35": "2026-01-01"}}}), {})) == 1
}

test_the_oldest_minor if {
	count(unsupported(facts("v1.35.1", []), {"min_supported_minor": "1.36"})) == 1
	count(unsupported(facts("v1.36.0", []), {"min_supported_minor": 36})) == 0
	count(unsupported(facts("v1.36.0", []), {"newest_minor": 40})) == 1
	count(check.missing) == 1 with input as facts("v1.36.0", []) with data.settings.parameters as support({"min_supported_minor": "old"})
}

test_dates_do_not_count_without_a_clock if count(denied(facts("v1.20.2", []))) == 0

test_disabled if {
	set := support({"effect": "disabled"})
	check.not_applicable with input as arm("1.0.0") with data.settings.parameters as set
	count(check.deny) == 0 with input as arm("1.0.0") with data.settings.parameters as set
	count(check.missing) == 0 with input as {} with data.settings.parameters as set
}
