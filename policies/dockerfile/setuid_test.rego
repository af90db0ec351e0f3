# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.setuid_test

import data.seawall.dockerfile.setuid as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN chmod u+s /bin/a"],
		["FROM x:1", "RUN chmod 4755 /bin/a"],
		["FROM x:1", "RUN chmod 02755 a"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN chmod 0755 /bin/a"],
		["FROM x:1", "RUN chmod a-s /bin/a"],
		["FROM x:1", "RUN chmod 1777 /tmp"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
