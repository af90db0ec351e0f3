# SPDX-License-Identifier: Apache-2.0
package seawall.registry.network_restricted_test

import data.seawall.registry.network_restricted as check

arm(properties) := {"kind": "registry", "form": "arm", "resource": {"name": "acr", "properties": properties}}

passes(facts) if {
	count(check.deny) == 0 with input as facts
	count(check.missing) == 0 with input as facts
	not check.not_applicable with input as facts
}

fails(facts) if {
	count(check.deny) == 1 with input as facts
	count(check.missing) == 0 with input as facts
}

errs(facts) if count(check.missing) > 0 with input as facts

test_deny if {
	passes(arm({"networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"action": "Allow", "value": "192.0.2.0/24"}]}}))
	passes(arm({"networkRuleSet": {"defaultAction": "deny", "ipRules": [], "virtualNetworkRules": []}}))
}

test_allow_whatever_is_listed if {
	fails(arm({"networkRuleSet": {"defaultAction": "Allow"}}))
	fails(arm({"networkRuleSet": {"defaultAction": "ALLOW", "ipRules": [{"action": "Allow", "value": "192.0.2.0/24"}]}}))
	fails(arm({"networkRuleSet": {"defaultAction": "Allow"}, "publicNetworkAccess": "Disabled"}))
}

test_the_field_is_missing if {
	fails(arm({}))
	fails(arm({"networkRuleSet": null}))
	fails(arm({"networkRuleSet": {}}))
	fails(arm({"publicNetworkAccess": "Disabled"}))
}

test_what_cannot_be_judged if {
	errs(arm({"networkRuleSet": {"defaultAction": "[parameters('a')]"}}))
	errs(arm({"networkRuleSet": {"defaultAction": "Perhaps"}}))
	errs(arm({"networkRuleSet": {"defaultAction": false}}))
	errs({"form": "arm", "resource": {"properties": null}})
}

v2 := {"registry-network-restricted": {"mode": "v2"}}

test_the_later_version if {
	passes(arm({"publicNetworkAccess": "Disabled"})) with data.settings.parameters as v2
	passes(arm({"publicNetworkAccess": "Disabled", "networkRuleSet": {"defaultAction": "Allow"}})) with data.settings.parameters as v2
	passes(arm({"publicNetworkAccess": "Enabled", "networkRuleSet": {"defaultAction": "Deny"}})) with data.settings.parameters as v2
	fails(arm({"publicNetworkAccess": "Enabled"})) with data.settings.parameters as v2
	fails(arm({})) with data.settings.parameters as v2
	errs(arm({"publicNetworkAccess": "[parameters('p')]"})) with data.settings.parameters as v2
}

own(listeners, allowed) := {"kind": "registry", "name": "r", "listener": {"addresses": listeners}, "allow_list": allowed}

test_where_it_listens if {
	passes(own(["10.0.0.5:5000"], []))
	passes(own(["127.0.0.1:5000", "[fd00::1]:5000"], []))
	passes(own(["0.0.0.0:5000"], ["10.0.0.0/8"]))
	every listener in ["0.0.0.0:5000", "[::]:443", ":5000", "::", "0.0.0.0", "*:5000"] {
		fails(own([listener], []))
	}
	fails(own(["10.0.0.5:5000", "0.0.0.0:5001"], []))
}

test_a_list_of_everybody_is_none if {
	fails(own(["0.0.0.0:5000"], ["0.0.0.0/0"]))
	fails(own(["10.0.0.5:5000"], ["10.0.0.0/8", "::/0"]))
}

test_what_a_try_from_outside_said if {
	fails(object.union(own(["10.0.0.5:5000"], []), {"probe": {"from": "198.51.100.9", "answered": true}}))
	passes(object.union(own(["10.0.0.5:5000"], []), {"probe": {"from": "198.51.100.9", "answered": false}}))
	errs(object.union(own(["10.0.0.5:5000"], []), {"probe": {"from": "198.51.100.9"}}))
}

test_nothing_is_known if {
	errs({"kind": "registry"})
	errs(own([], []))
	errs(own(["10.0.0.5:5000"], ["office"]))
}

test_disabled if {
	set := {"registry-network-restricted": {"effect": "disabled"}}
	check.not_applicable with input as arm({}) with data.settings.parameters as set
	count(check.deny) == 0 with input as arm({}) with data.settings.parameters as set
}
