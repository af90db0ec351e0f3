# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.apt_lists_test

import data.seawall.dockerfile.apt_lists as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN apt-get update && apt-get install -y curl"],
		["FROM x:1", "RUN apt-get update && apt-get install -y curl", "RUN rm -rf /var/lib/apt/lists/*"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*"],
		["FROM x:1", "RUN --mount=type=cache,target=/var/lib/apt apt-get update"],
		["FROM x:1 AS b", "RUN apt-get update", "FROM y:1", "COPY --from=b a b"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
