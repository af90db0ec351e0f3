# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.sudo_test

import data.seawall.dockerfile.sudo as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN sudo apt-get update"],
		["FROM x:1", "RUN a && sudo b"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN echo sudo"],
		["FROM x:1", "RUN apt-get install -y sudo"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
