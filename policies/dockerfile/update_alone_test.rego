# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.update_alone_test

import data.seawall.dockerfile.update_alone as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN apt-get update", "RUN apt-get install -y curl"],
		["FROM x:1", "RUN apk update"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN apt-get update && apt-get install -y curl"],
		["FROM x:1", "RUN apk add curl"],
		["FROM x:1", "RUN yum update -y"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
