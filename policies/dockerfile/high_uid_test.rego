# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.high_uid_test

import data.seawall.dockerfile.high_uid as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN useradd -u 1000000 a"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN useradd -l -u 1000000 a"],
		["FROM x:1", "RUN useradd -u 10001 a"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
