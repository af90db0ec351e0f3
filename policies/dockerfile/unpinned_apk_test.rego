# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.unpinned_apk_test

import data.seawall.dockerfile.unpinned_apk as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN apk add --no-cache curl"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN apk add curl=8 jq~=1.6"],
		["FROM x:1", "RUN apk add --no-cache --virtual .deps curl=8"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
