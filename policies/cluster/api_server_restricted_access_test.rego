# SPDX-License-Identifier: Apache-2.0
package seawall.cluster.api_server_restricted_access_test

import data.seawall.cluster.api_server_restricted_access as check

arm(properties) := {"kind": "cluster", "form": "arm", "resource": {
	"type": "microsoft.containerservice/managedclusters",
	"name": "aks",
	"properties": properties,
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

test_ranges_or_private if {
	passes(arm({"apiServerAccessProfile": {"authorizedIPRanges": ["192.0.2.0/24"]}}))
	passes(arm({"apiServerAccessProfile": {"enablePrivateCluster": true}}))
	passes(arm({"apiServerAccessProfile": {"authorizedIPRanges": null, "enablePrivateCluster": true}}))
	passes(arm({"apiserveraccessprofile": {"authorizedIpRanges": ["192.0.2.0/24"], "enablePrivateCluster": false}}))
}

# The cell asks whether the list is there, not what it holds.
test_an_empty_list_of_a_resource_is_there if passes(arm({"apiServerAccessProfile": {"authorizedIPRanges": []}}))

test_neither if {
	fails(arm({"apiServerAccessProfile": {"authorizedIPRanges": null, "enablePrivateCluster": false}}), 1)
	fails(arm({"apiServerAccessProfile": {"enablePrivateCluster": false}}), 1)
	fails(arm({"apiServerAccessProfile": {"authorizedIPRanges": null}}), 1)
}

test_the_fields_are_missing if {
	fails(arm({}), 1)
	fails(arm({"apiServerAccessProfile": null}), 1)
	fails(arm({"apiServerAccessProfile": {}}), 1)
}

test_what_cannot_be_judged if {
	errs(arm({"apiServerAccessProfile": {"authorizedIPRanges": "[parameters('r')]"}}))
	errs(arm({"apiServerAccessProfile": {"enablePrivateCluster": "[parameters('p')]"}}))
	errs({"form": "arm", "resource": {"name": "aks", "properties": null}})
	errs({"form": "arm"})
}

facts(addresses) := {"kind": "cluster", "api_server": {"host": "api.example.org", "port": 6443, "addresses": addresses, "addresses_error": ""}}

test_private_addresses if {
	passes(facts(["10.1.2.3"]))
	passes(facts(["172.31.0.1", "192.168.1.1", "fd00::1", "100.64.0.1"]))
	passes(facts(["127.0.0.1"]))
	passes(facts(["::ffff:10.1.2.3"]))
}

test_a_public_address if {
	fails(facts(["10.1.2.3", "198.51.100.7"]), 1)
	fails(facts(["2001:db8::1"]), 1)
	fails(facts(["172.32.0.1"]), 1)
}

test_a_declared_list if {
	passes(facts(["198.51.100.7"])) with data.settings.parameters as {"api-server-restricted-access": {"authorized_ranges": ["192.0.2.0/24"]}}
	passes(facts(["198.51.100.7"])) with data.settings.parameters as {"api-server-restricted-access": {"authorized_ranges": ["192.0.2.1"]}}
	passes(object.union(facts(["198.51.100.7"]), {"api_server": {"authorized_ranges": ["192.0.2.0/24"]}}))
}

test_a_declared_list_of_everybody if {
	every range in [["0.0.0.0/0"], ["::/0"], ["192.0.2.0/24", "0.0.0.0/0"], ["1.2.3.4/0"], ["0.0.0.0/1", "128.0.0.0/1"]] {
		count(check.deny) == 1 with input as facts(["198.51.100.7"]) with data.settings.parameters as {"api-server-restricted-access": {"authorized_ranges": range}}
	}
}

test_an_empty_declared_list_is_none if {
	count(check.deny) == 1 with input as facts(["198.51.100.7"]) with data.settings.parameters as {"api-server-restricted-access": {"authorized_ranges": []}}
}

test_a_declared_list_that_cannot_be_read if {
	count(check.missing) == 1 with input as facts(["198.51.100.7"]) with data.settings.parameters as {"api-server-restricted-access": {"authorized_ranges": ["office"]}}
}

test_nothing_is_known if {
	errs({"kind": "cluster"})
	errs(facts([]))
	errs({"kind": "cluster", "api_server": {"host": "x", "addresses_error": "no such host"}})
	errs(facts(["not-an-address"]))
}

test_disabled if {
	set := {"api-server-restricted-access": {"effect": "disabled"}}
	check.not_applicable with input as arm({}) with data.settings.parameters as set
	count(check.deny) == 0 with input as arm({}) with data.settings.parameters as set
	count(check.missing) == 0 with input as {} with data.settings.parameters as set
}
