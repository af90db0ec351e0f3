# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.relative_workdir_test

import data.seawall.dockerfile.relative_workdir as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "WORKDIR app"],
		["FROM x:1", "WORKDIR ./app"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "WORKDIR /app"],
		["FROM x:1", "WORKDIR c:/app"],
		["FROM x:1", "WORKDIR $HOME/x"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
