# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.port_22_test

import data.seawall.dockerfile.port_22 as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "EXPOSE 80 22"],
		["FROM x:1", "EXPOSE 22/tcp"],
		["FROM x:1", "EXPOSE 20-30"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "EXPOSE 2222 22/udp"],
		["FROM x:1", "EXPOSE 80"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
