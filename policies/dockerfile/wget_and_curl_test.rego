# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.wget_and_curl_test

import data.seawall.dockerfile.wget_and_curl as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN curl a", "RUN wget b"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN curl a && curl b"],
		["FROM x:1", "RUN curl a", "FROM x:1", "RUN wget b"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
