# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.unread_commands_test

import data.seawall.dockerfile.unread_commands as check
import data.seawall.lib.dockerfile_fixture as fixture

test_a_run_that_was_not_read_is_for_people if {
	unread := {"Cmd": "run", "incomplete": true, "StartLine": 2, "EndLine": 2, "Original": "RUN x"}
	count(check.manual) == 1 with input as {"Stages": [{"index": 0, "Commands": [unread]}]}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN a"],
	] {
		count(check.manual) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
