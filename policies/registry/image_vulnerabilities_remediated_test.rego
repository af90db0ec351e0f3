# SPDX-License-Identifier: Apache-2.0
package seawall.registry.image_vulnerabilities_remediated_test

import data.seawall.registry.image_vulnerabilities_remediated as check

key := "dbd0cb49-b563-45e7-9724-889e799fa648"

arm(related) := {"kind": "registry", "form": "arm", "resource": {"name": "acr", "properties": {}}, "related": related}

assessment(status) := {"type": "Microsoft.Security/assessments", "name": key, "properties": {"status": status}}

finding(code) := {"type": "microsoft.security/assessments/subassessments", "name": "f", "properties": {
	"id": "178120",
	"displayName": "A flaw of a library",
	"status": {"code": code, "severity": "High"},
	"additionalData": {"assessedResourceType": "ContainerRegistryVulnerability", "repositoryName": "web", "imageDigest": "sha256:1"},
}}

passes(facts) if {
	count(check.deny) == 0 with input as facts
	count(check.missing) == 0 with input as facts
	not check.not_applicable with input as facts
}

fails(facts, n) if {
	count(check.deny) == n with input as facts
	count(check.missing) == 0 with input as facts
}

errs(facts) if count(check.missing) > 0 with input as facts

not_for(facts) if {
	check.not_applicable with input as facts
	count(check.deny) == 0 with input as facts
	count(check.missing) == 0 with input as facts
}

test_healthy if {
	passes(arm([assessment({"code": "Healthy"})]))
	passes(arm([assessment({"code": "healthy"}), {"type": "Microsoft.Security/assessments", "name": "other", "properties": {"status": {"code": "Unhealthy"}}}]))
}

test_unhealthy if {
	fails(arm([assessment({"code": "Unhealthy"})]), 1)
	fails(arm([assessment({"code": "Unhealthy"}), finding("Unhealthy"), finding("NotApplicable")]), 1)
	some f in check.deny with input as arm([assessment({"code": "Unhealthy"}), finding("Unhealthy")])
	f.subject == "web@sha256:1"
}

newer(status) := {"type": "Microsoft.Security/assessments", "name": "C0B7CFC6-3172-465a-b378-53c7ff2cc0d5", "properties": {"status": status}}

test_the_newer_assessment_counts if {
	passes(arm([newer({"code": "Healthy"})]))
	fails(arm([newer({"code": "Unhealthy"})]), 1)
	passes(arm([assessment({"code": "Unhealthy"}), newer({"code": "Healthy"})]))
	fails(arm([assessment({"code": "Healthy"}), newer({"code": "Unhealthy"}), finding("Unhealthy")]), 1)
}

test_not_applicable if {
	not_for(arm([assessment({"code": "NotApplicable", "cause": "Exempt"})]))
	not_for(arm([assessment({"code": "NotApplicable", "description": "no image"})]))
	not_for(arm([assessment({"code": "notapplicable"})]))
}

test_the_field_is_missing if {
	errs(arm([]))
	errs(arm([assessment({})]))
	errs(arm([assessment({"code": null})]))
	errs(arm([{"type": "Microsoft.Security/assessments", "name": key}]))
	errs(arm([assessment({"code": "Perhaps"})]))
}

own(images) := {"kind": "registry", "name": "r", "images": images}

image(digest, findings) := {"digest": digest, "state": "scanned", "findings": findings}

test_clean_images if {
	passes(own([image("sha256:1", []), {"digest": "sha256:2", "state": "not_applicable", "reason": "Windows"}]))
	passes(own([image("sha256:1", [{"id": "CVE-1", "severity": "high", "suppressed": true}])]))
}

test_an_image_with_findings if {
	fails(own([image("sha256:1", []), image("sha256:2", [{"id": "CVE-1", "severity": "low"}])]), 1)
	fails(own([image("sha256:1", [{"id": "CVE-1"}]), {"digest": "sha256:2", "state": "failed"}]), 1)
}

test_what_is_allowed if {
	set := {"registry-image-vulnerabilities-remediated": {"allowed": {"low": 1}}}
	low := {"id": "CVE-1", "severity": "Low"}
	passes(own([image("sha256:1", [low])])) with data.settings.parameters as set
	fails(own([image("sha256:1", [low, low])]), 1) with data.settings.parameters as set
	fails(own([image("sha256:1", [{"id": "CVE-2", "severity": "high"}])]), 1) with data.settings.parameters as set
}

test_nothing_could_be_scanned if {
	not_for(own([]))
	not_for(own([{"digest": "sha256:1", "state": "not_applicable", "reason": "scratch"}]))
}

test_nothing_is_known if {
	errs({"kind": "registry"})
	errs(own([{"digest": "sha256:1", "state": "failed", "reason": "no right to pull"}]))
	errs(own([{"digest": "sha256:1"}]))
	errs(own([{"digest": "sha256:1", "state": "scanned"}]))
}

test_disabled if {
	set := {"registry-image-vulnerabilities-remediated": {"effect": "disabled"}}
	check.not_applicable with input as arm([]) with data.settings.parameters as set
	count(check.missing) == 0 with input as arm([]) with data.settings.parameters as set
}
