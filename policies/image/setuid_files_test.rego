# SPDX-License-Identifier: Apache-2.0
package seawall.image.setuid_files_test

import data.seawall.image.setuid_files

image(owned, rest) := {"files": {"known": true, "privileged": [object.union(
	{"path": "usr/bin/x", "mode": "4755", "setuid": true, "setgid": false, "capabilities": false, "owned": owned, "layer": 1},
	rest,
)]}}

test_of_a_package if {
	some finding in setuid_files.deny with input as image(true, {})
	finding.what == "setuid"
	finding.layer == 1
}

test_all_kinds if {
	some finding in setuid_files.deny with input as image(true, {"setgid": true, "capabilities": true})
	finding.what == "setuid, setgid, capabilities"
}

test_of_nobody_is_another_check if count(setuid_files.deny) == 0 with input as image(false, {})

test_none if count(setuid_files.deny) == 0 with input as {"files": {"known": true, "privileged": []}}

test_unread_layers_are_no_pass if {
	count(setuid_files.missing) == 1 with input as {"files": {"known": false, "privileged": []}}
	count(setuid_files.missing) == 1 with input as {}
}
