# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.secret_in_run_test

import data.seawall.dockerfile.secret_in_run as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "ARG TOKEN", "RUN curl -H $TOKEN https://example.com"],
		["FROM x:1", "ARG MY_PASSWORD", "RUN a ${MY_PASSWORD} b"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "ARG TOKEN", "RUN curl https://example.com"],
		["FROM x:1", "RUN --mount=type=secret,id=t cat /run/secrets/t"],
		["FROM x:1", "ARG TOKEN", "RUN echo $TOKENS"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
