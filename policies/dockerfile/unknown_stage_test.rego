# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.unknown_stage_test

import data.seawall.dockerfile.unknown_stage as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "COPY --from=build b c"],
		["FROM x:1", "COPY --from=1 a b", "FROM y:1"],
		["FROM x:1", "RUN --mount=type=bind,from=nope,target=/a b"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1 AS build", "FROM y:1", "COPY --from=build b c"],
		["FROM x:1", "FROM y:1", "COPY --from=0 a b"],
		["FROM x:1", "COPY --from=docker.io/a/b:1 c d"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
