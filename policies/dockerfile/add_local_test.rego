# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.add_local_test

import data.seawall.dockerfile.add_local as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "ADD . /app"],
		["FROM x:1", "ADD --chown=a:b a.txt b.txt /app/"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "COPY . /app"],
		["FROM x:1", "ADD a.tar.gz /"],
		["FROM x:1", "ADD https://example.com/a /"],
		["FROM x:1", "ADD git@example.com:a/b.git /b"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
