# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.needless_package_test

import data.seawall.dockerfile.needless_package as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN apt-get install -y openssh-server"],
		["FROM x:1", "RUN apk add nmap=7"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN apt-get install -y openssh-client"],
		["FROM x:1 AS b", "RUN apk add socat", "FROM y:1"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
