# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.unpinned_go_test

import data.seawall.dockerfile.unpinned_go as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN go install example.com/a/b@latest"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN go install example.com/a/b@v1.0.0"],
		["FROM x:1", "RUN go install ./..."],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
