# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.root_user_test

import data.seawall.dockerfile.root_user as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1"],
		["FROM x:1", "USER root"],
		["FROM x:1", "USER app", "USER 0:0"],
		["FROM x:1 AS a", "USER root", "FROM a"],
		["FROM x:1 AS a", "USER app", "FROM x:1"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "USER app"],
		["FROM x:1", "USER root", "RUN a", "USER 1000:0"],
		["FROM x:1 AS a", "USER app", "FROM a"],
		["FROM gcr.io/distroless/static:nonroot"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
