# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.copy_many_test

import data.seawall.dockerfile.copy_many as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "COPY a b /c"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "COPY a b /c/"],
		["FROM x:1", "COPY a /c"],
		["FROM x:1", "COPY a b ./"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
