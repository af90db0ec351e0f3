# SPDX-License-Identifier: Apache-2.0
package seawall.image.setuid_foreign_test

import data.seawall.image.setuid_foreign

image(owned, rest) := {"files": {"known": true, "privileged": [object.union(
	{"path": "usr/bin/x", "mode": "4755", "setuid": true, "setgid": false, "capabilities": false, "owned": owned, "layer": 1},
	rest,
)]}}

test_of_nobody if {
	some finding in setuid_foreign.deny with input as image(false, {})
	finding.what == "setuid"
}

test_of_a_package_is_another_check if count(setuid_foreign.deny) == 0 with input as image(true, {})

test_none if count(setuid_foreign.deny) == 0 with input as {"files": {"known": true, "privileged": []}}

test_unread_layers_are_no_pass if count(setuid_foreign.missing) == 1 with input as {}
