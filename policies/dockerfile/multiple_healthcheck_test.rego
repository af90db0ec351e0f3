# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.multiple_healthcheck_test

import data.seawall.dockerfile.multiple_healthcheck as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "HEALTHCHECK CMD a", "HEALTHCHECK CMD b"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "HEALTHCHECK CMD a", "FROM x:1", "HEALTHCHECK CMD b"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
