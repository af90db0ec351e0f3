# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.copy_from_self_test

import data.seawall.dockerfile.copy_from_self as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1 AS a", "COPY --from=a b c"],
		["FROM x:1", "COPY --from=0 b c"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1 AS a", "FROM y:1", "COPY --from=a b c"],
		["FROM x:1", "COPY --from=y:1 a b"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
