# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.pipe_to_shell_test

import data.seawall.dockerfile.pipe_to_shell as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN curl -sSL https://example.com/a | sh"],
		["FROM x:1", "RUN wget -qO- https://example.com/a | sudo bash -s --"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN curl -o a https://example.com/a && sh a"],
		["FROM x:1", "RUN curl https://example.com/a | tar x"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
