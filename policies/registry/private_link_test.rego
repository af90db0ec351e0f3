# SPDX-License-Identifier: Apache-2.0
package seawall.registry.private_link_test

import data.seawall.registry.private_link as check

arm(properties) := {"kind": "registry", "form": "arm", "resource": {"name": "acr", "properties": properties}}

rest(status) := {"properties": {"privateLinkServiceConnectionState": {"status": status}}}

alias(status) := {"privateLinkServiceConnectionState": {"status": status}}

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

test_approved_in_either_form if {
	passes(arm({"privateEndpointConnections": [rest("Approved")]}))
	passes(arm({"privateEndpointConnections": [alias("approved")]}))
	passes(arm({"privateEndpointConnections": [rest("Pending"), alias("Approved")]}))
	passes(arm({"privateEndpointConnections": [{"properties": {}, "privateLinkServiceConnectionState": {"status": "Approved"}}]}))
}

test_not_approved if {
	every status in ["Pending", "Rejected", "Disconnected"] {
		fails(arm({"privateEndpointConnections": [rest(status)]}), 1)
	}
	# The inner form decides where both are there.
	fails(arm({"privateEndpointConnections": [object.union(rest("Pending"), alias("Approved"))]}), 1)
}

test_the_field_is_missing if {
	fails(arm({}), 1)
	fails(arm({"privateEndpointConnections": null}), 1)
	fails(arm({"privateEndpointConnections": []}), 1)
	fails(arm({"privateEndpointConnections": [{}]}), 1)
	fails(arm({"privateEndpointConnections": [rest(null)]}), 1)
}

test_a_connection_beside_the_registry if passes(object.union(arm({}), {"related": [object.union(
	rest("Approved"),
	{"type": "microsoft.containerregistry/registries/privateEndpointConnections"},
)]}))

test_what_cannot_be_judged if {
	errs(arm({"privateEndpointConnections": "[parameters('c')]"}))
	errs(arm({"privateEndpointConnections": [rest("[parameters('s')]")]}))
	errs({"form": "arm", "resource": {"properties": null}})
}

own(addresses, verified) := {"kind": "registry", "name": "r", "addresses": addresses, "tls": {"verified": verified}}

test_private_addresses if {
	passes(own(["10.0.0.1", "fd00::1", "100.64.1.1"], true))
	passes(object.union(own(["203.0.113.7"], true), {"private_ranges": ["203.0.113.0/24"]}))
}

test_a_public_address if {
	fails(own(["10.0.0.1", "203.0.113.7"], true), 1)
	fails(own(["203.0.113.7", "2001:db8::1"], true), 2)
	fails(own(["127.0.0.1"], true), 1)
}

test_tls_fails if fails(own(["10.0.0.1"], false), 1)

test_nothing_is_known if {
	errs({"kind": "registry"})
	errs(own([], true))
	errs({"kind": "registry", "addresses": ["10.0.0.1"]})
}

test_disabled if {
	set := {"registry-private-link": {"effect": "disabled"}}
	check.not_applicable with input as arm({}) with data.settings.parameters as set
	count(check.deny) == 0 with input as arm({}) with data.settings.parameters as set
}
