# SPDX-License-Identifier: Apache-2.0
package seawall.cluster.anonymous_access_test

import data.seawall.cluster.anonymous_access as check

facts(status) := {"kind": "cluster", "api_server": {"anonymous": {"status": status}}}

test_answered if {
	count(check.deny) == 1 with input as facts(200)
}

test_refused if {
	every status in [401, 403] {
		count(check.deny) == 0 with input as facts(status)
		count(check.missing) == 0 with input as facts(status)
	}
}

test_not_asked if {
	count(check.missing) == 1 with input as {"kind": "cluster", "api_server": {"anonymous": null}}
	count(check.missing) == 1 with input as {}
}

test_a_resource_does_not_say_it if {
	check.not_applicable with input as {"form": "arm", "resource": {}}
	count(check.missing) == 0 with input as {"form": "arm", "resource": {}}
}
