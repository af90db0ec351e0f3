# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.fixed_platform_test

import data.seawall.dockerfile.fixed_platform as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM --platform=linux/amd64 x:1"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM --platform=$BUILDPLATFORM x:1"],
		["FROM x:1"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
