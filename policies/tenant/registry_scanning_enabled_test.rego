# SPDX-License-Identifier: Apache-2.0
package seawall.tenant.registry_scanning_enabled_test

import data.seawall.tenant.registry_scanning_enabled as check

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

test_the_record_is_standard if {
	passes(arm([pricing("ContainerRegistry", {"pricingTier": "Standard"})]))
	passes(arm([pricing("containerregistry", {"PricingTier": "STANDARD"}), pricing("KubernetesService", {"pricingTier": "Free"})]))
	passes(arm([{"name": "ContainerRegistry", "pricingTier": "Standard"}]))
}

test_the_record_is_free if fails(arm([pricing("ContainerRegistry", {"pricingTier": "Free"})]), 1)

test_the_record_is_not_there if {
	fails(arm([]), 1)
	fails(arm([pricing("KubernetesService", {"pricingTier": "Standard"})]), 1)
}

test_the_tier_is_missing if {
	fails(arm([pricing("ContainerRegistry", {})]), 1)
	fails(arm([pricing("ContainerRegistry", {"pricingTier": null})]), 1)
}

test_two_records_that_disagree if fails(arm([
	pricing("ContainerRegistry", {"pricingTier": "Standard"}),
	pricing("ContainerRegistry", {"pricingTier": "Free"}),
]), 1)

test_a_tier_that_cannot_be_judged if {
	errs(arm([pricing("ContainerRegistry", {"pricingTier": "[parameters('tier')]"})]))
	errs(arm([pricing("ContainerRegistry", {"pricingTier": 1})]))
}

test_disabled if {
	facts := arm([])
	check.not_applicable with input as facts with data.settings.parameters as {"registry-scanning-enabled": {"effect": "Disabled"}}
	count(check.deny) == 0 with input as facts with data.settings.parameters as {"registry-scanning-enabled": {"effect": "Disabled"}}
	count(check.missing) == 0 with input as facts with data.settings.parameters as {"registry-scanning-enabled": {"effect": "Disabled"}}
}

own(plans, registries) := {"kind": "tenant", "name": "t", "plans": plans, "registries": registries}

connected := {"name": "r1", "credentials": ["pull"], "sources": ["poll"]}

test_a_tenant_of_our_own if {
	passes(own({"registry_scanning": "on"}, [connected]))
	passes(own({"registry_scanning": true}, []))
	passes(own({"registry_scanning": "on"}, [{"name": "r1", "credentials": 1, "sources": 2}]))
}

test_the_plan_is_off if {
	fails(own({"registry_scanning": "off"}, []), 1)
	fails(own({}, []), 1)
}

test_a_registry_lacks_something if {
	fails(own({"registry_scanning": "on"}, [connected, {"name": "r2", "credentials": [], "sources": ["poll"]}]), 1)
	fails(own({"registry_scanning": "on"}, [{"name": "r2", "credentials": 1}]), 1)
	fails(own({"registry_scanning": "on"}, [{"name": "r2"}]), 2)
}

test_nothing_is_known if {
	errs({"kind": "tenant"})
	errs({"kind": "tenant", "plans": {"registry_scanning": "on"}})
	errs({"kind": "tenant", "registries": []})
}
