# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.port_range_test

import data.seawall.dockerfile.port_range as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "EXPOSE 65536"],
		["FROM x:1", "EXPOSE 0"],
		["FROM x:1", "EXPOSE 80:80"],
		["FROM x:1", "EXPOSE 80/http"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "EXPOSE 80/TCP 443 1-10"],
		["FROM x:1", "EXPOSE $PORT"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
