# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.secret_variable_test

import data.seawall.dockerfile.secret_variable as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "ENV DB_PASSWORD=hunter2"],
		["FROM x:1", "ARG GITHUB_TOKEN"],
		["FROM x:1", "ARG T", "ENV API_KEY=$T"],
		["FROM x:1", "ENV A=AKIAABCDEFGHIJKLMNOP"],
		["ARG NPM_TOKEN", "FROM x:1"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "ENV DB_PASSWORD_FILE=/run/secrets/a"],
		["FROM x:1", "ENV DB_PASSWORD="],
		["FROM x:1", "ARG VERSION=1", "ENV KEYBOARD=us TOKENIZERS_PARALLELISM=false"],
		["FROM x:1", "ENV URL=https://example.com/a"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
