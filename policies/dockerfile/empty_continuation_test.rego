# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.empty_continuation_test

import data.seawall.dockerfile.empty_continuation as check

test_empty_lines_are_told if {
	count(check.deny) == 1 with input as {"Stages": [], "problems": [{"reason": "empty line inside of an instruction", "subject": "", "line": 2, "end_line": 4}]}
}

test_other_problems_are_not if {
	count(check.deny) == 0 with input as {"Stages": [], "problems": [{"reason": "unknown instruction", "subject": "", "line": 2, "end_line": 4}]}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
