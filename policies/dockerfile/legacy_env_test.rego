# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.legacy_env_test

import data.seawall.dockerfile.legacy_env as check
import data.seawall.lib.dockerfile_fixture as fixture

test_the_old_form_is_told if {
	old := {"Cmd": "env", "Value": ["A", "b", ""], "StartLine": 2, "EndLine": 2, "Original": "ENV A b"}
	count(check.deny) == 1 with input as {"Stages": [{"index": 0, "Commands": [old]}]}
}

test_good if {
	every lines in [
		["FROM x:1", "ENV A=b"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
