# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.copy_relative_test

import data.seawall.dockerfile.copy_relative as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "COPY a b"],
		["FROM x:1", "COPY a .", "WORKDIR /a"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "WORKDIR /a", "COPY a ."],
		["FROM x:1", "COPY a /b"],
		["FROM x:1 AS a", "WORKDIR /a", "FROM a", "COPY a ."],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
