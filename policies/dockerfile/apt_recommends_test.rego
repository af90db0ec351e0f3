# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.apt_recommends_test

import data.seawall.dockerfile.apt_recommends as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN apt-get install -y curl"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN apt-get install -y --no-install-recommends curl"],
		["FROM x:1", "RUN apt-get -o APT::Install-Recommends=false install curl"],
		["FROM x:1", "RUN apt-get update"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
