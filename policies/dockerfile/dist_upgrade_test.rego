# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.dist_upgrade_test

import data.seawall.dockerfile.dist_upgrade as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN apt-get dist-upgrade -y"],
		["FROM x:1", "RUN zypper -n dup"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN apt-get upgrade -y"],
		["FROM x:1", "RUN echo dist-upgrade"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
