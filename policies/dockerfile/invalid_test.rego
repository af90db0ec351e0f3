# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.invalid_test

import data.seawall.dockerfile.invalid as check
import data.seawall.lib.dockerfile_fixture as fixture

test_problems_are_told if {
	count(check.deny) == 1 with input as {"Stages": [], "problems": [{"reason": "unknown instruction", "subject": "FOO", "line": 2, "end_line": 2}]}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN a"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
