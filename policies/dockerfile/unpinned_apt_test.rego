# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.unpinned_apt_test

import data.seawall.dockerfile.unpinned_apt as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN apt-get install -y curl"],
		["FROM x:1", "RUN apt-get install -y a=1 curl"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN apt-get install -y curl=7.88"],
		["FROM x:1", "RUN apt-get install -y $PACKAGES ./a.deb"],
		["FROM x:1", "RUN apt-get -o A=b install -y c=1"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
