# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.duplicate_alias_test

import data.seawall.dockerfile.duplicate_alias as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1 AS a", "FROM y:1 AS a"],
		["FROM x:1 AS a", "FROM y:1 AS A"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1 AS a", "FROM y:1 AS b"],
		["FROM x:1", "FROM y:1"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
