# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.unpinned_rpm_test

import data.seawall.dockerfile.unpinned_rpm as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN dnf install -y curl"],
		["FROM x:1", "RUN zypper -n install curl"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN dnf install -y curl-7.76.1"],
		["FROM x:1", "RUN zypper -n install curl=8.0"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
