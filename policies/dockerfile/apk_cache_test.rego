# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.apk_cache_test

import data.seawall.dockerfile.apk_cache as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN apk add curl"],
		["FROM x:1", "RUN apk update && apk add curl"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN apk add --no-cache curl"],
		["FROM x:1", "RUN apk --no-cache add curl"],
		["FROM x:1", "RUN apk add curl && rm -rf /var/cache/apk/*"],
		["FROM x:1 AS b", "RUN apk add curl", "FROM scratch"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
