# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.secret_mount_file_test

import data.seawall.dockerfile.secret_mount_file as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN --mount=type=secret,id=a cp /run/secrets/a /root/.npmrc"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN --mount=type=secret,id=a cat /run/secrets/a"],
		["FROM x:1", "RUN cp a b"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
