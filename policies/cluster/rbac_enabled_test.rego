# SPDX-License-Identifier: Apache-2.0
package seawall.cluster.rbac_enabled_test

import data.seawall.cluster.rbac_enabled as check

arm(properties) := {"kind": "cluster", "form": "arm", "resource": {"name": "aks", "properties": properties}}

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

test_enabled if {
	passes(arm({"enableRBAC": true}))
	passes({"form": "arm", "resource": {"name": "aks", "enableRbac": true}})
}

test_not_enabled if fails(arm({"enableRBAC": false}), 1)

test_the_field_is_missing if {
	fails(arm({}), 1)
	fails(arm({"enableRBAC": null}), 1)
	fails({"form": "arm", "resource": {"name": "aks"}}, 1)
}

test_a_later_version_of_the_definition if {
	set := {"rbac-enabled": {"mode": "1.1.0"}}
	passes(arm({})) with data.settings.parameters as set
	fails(arm({"enableRBAC": false}), 1) with data.settings.parameters as set
}

test_what_cannot_be_judged if {
	errs(arm({"enableRBAC": "[parameters('rbac')]"}))
	errs(arm({"enableRBAC": 1}))
	errs({"form": "arm", "resource": {"properties": null}})
}

flags(f) := {"kind": "cluster", "api_server": {"flags": f}}

test_the_flag if {
	passes(flags({"authorization-mode": "Node,RBAC"}))
	passes(flags({"authorization-mode": "RBAC"}))
	fails(flags({"authorization-mode": "Node,Webhook"}), 1)
	fails(flags({"authorization-mode": "RBAC,AlwaysAllow"}), 1)
	fails(flags({"authorization-mode": "AlwaysAllow"}), 1)
}

test_no_flag_is_always_allow if fails(flags({}), 1)

config(types) := {"kind": "cluster", "api_server": {
	"flags": {"authorization-config": "/etc/authz.yaml"},
	"authorization_config": {"kind": "AuthorizationConfiguration", "authorizers": [{"type": type} | some type in types]},
}}

test_the_file if {
	passes(config(["Node", "RBAC"]))
	fails(config(["Node", "Webhook"]), 1)
	fails(config(["RBAC", "AlwaysAllow"]), 1)
}

tried(available, allowed) := {"kind": "cluster", "api_server": {"flags": null}, "rbac": {"api_available": available, "stranger_allowed": allowed}}

test_what_it_does if {
	passes(tried(true, false))
	fails(tried(true, true), 1)
	fails(tried(false, true), 1)
	fails(tried(false, null), 1)
}

test_a_file_that_could_not_be_read_leaves_what_it_does if {
	passes({"kind": "cluster", "api_server": {"flags": {"authorization-config": "/x"}, "authorization_config": null}, "rbac": {"api_available": true, "stranger_allowed": false}})
	errs({"kind": "cluster", "api_server": {"flags": {"authorization-config": "/x"}}})
}

test_nothing_is_known if {
	errs({"kind": "cluster"})
	errs(tried(true, null))
	errs(tried(null, null))
}

test_disabled if {
	set := {"rbac-enabled": {"effect": "disabled"}}
	check.not_applicable with input as arm({}) with data.settings.parameters as set
	count(check.deny) == 0 with input as arm({}) with data.settings.parameters as set
}
