# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.empty_base_test

import data.seawall.dockerfile.empty_base as check
import data.seawall.lib.dockerfile_fixture as fixture

test_incomplete_names_are_told if {
	every name in ["", "alpine:", "alpine@", ":1", "a//b", "alpine:-x"] {
		count(check.deny) == 1 with input as {"Stages": [{"index": 0, "line": 1, "end_line": 1, "base": {"image": "$A", "expanded": name}}]}
	}
}

test_what_only_the_build_knows_is_not if {
	count(check.deny) == 0 with input as {"Stages": [{"index": 0, "line": 1, "end_line": 1, "base": {"image": "$A", "known": false}}]}
}

test_good if {
	every lines in [
		["FROM alpine:1"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
