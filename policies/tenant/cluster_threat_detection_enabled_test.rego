# SPDX-License-Identifier: Apache-2.0
package seawall.tenant.cluster_threat_detection_enabled_test

import data.seawall.tenant.cluster_threat_detection_enabled as check

arm(pricings) := {"kind": "tenant", "form": "arm", "subscription": "s1", "pricings": pricings}

pricing(name, properties) := {"type": "Microsoft.Security/pricings", "name": name, "properties": properties}

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

test_the_record_is_standard if passes(arm([pricing("KubernetesService", {"pricingTier": "standard"})]))

test_the_record_is_free_missing_or_without_tier if {
	fails(arm([pricing("KubernetesService", {"pricingTier": "Free"})]), 1)
	fails(arm([pricing("ContainerRegistry", {"pricingTier": "Standard"})]), 1)
	fails(arm([pricing("KubernetesService", {})]), 1)
}

test_a_tier_that_cannot_be_judged if errs(arm([pricing("KubernetesService", {"pricingTier": "[variables('t')]"})]))

own(plans, clusters) := {"kind": "tenant", "name": "t", "collected_at": "2026-11-22T12:00:00Z", "plans": plans, "clusters": clusters}

on := {"cluster_threat_detection": "on"}

test_events_of_the_last_day if {
	passes(own(on, [{"name": "c", "last_audit_event": "2026-11-22T11:59:00Z"}]))
	passes(own(on, [{"name": "c", "last_audit_event": "2026-11-21T12:00:00Z"}]))
	passes(own(on, []))
}

test_no_event_of_the_last_day if {
	fails(own(on, [{"name": "c", "last_audit_event": "2026-11-21T11:59:59Z"}]), 1)
	fails(own(on, [{"name": "c", "last_audit_event": null}, {"name": "d", "last_audit_event": "2026-11-22T11:00:00Z"}]), 1)
	fails(own(on, [{"name": "c"}]), 1)
}

test_the_plan_is_off if {
	fails(own({"cluster_threat_detection": "off"}, []), 1)
	fails(own({}, []), 1)
}

test_nothing_is_known if {
	errs({"kind": "tenant"})
	errs(own(on, null))
	errs({"kind": "tenant", "plans": on, "clusters": [{"name": "c", "last_audit_event": "2026-11-22T11:00:00Z"}]})
	errs(own(on, [{"name": "c", "last_audit_event": "yesterday"}]))
}

test_disabled if {
	set := {"cluster-threat-detection-enabled": {"effect": "disabled"}}
	check.not_applicable with input as arm([]) with data.settings.parameters as set
	count(check.deny) == 0 with input as arm([]) with data.settings.parameters as set
}
