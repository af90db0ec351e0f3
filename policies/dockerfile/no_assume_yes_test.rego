# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.no_assume_yes_test

import data.seawall.dockerfile.no_assume_yes as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN apt-get install curl"],
		["FROM x:1", "RUN apt-get update && apt install -q curl"],
		["FROM x:1", "RUN yum install curl"],
		["FROM x:1", "RUN zypper install curl"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN apt-get install -y curl"],
		["FROM x:1", "RUN apt-get -qqy install curl"],
		["FROM x:1", "RUN apt-get install -qq curl"],
		["FROM x:1", "RUN dnf -y install curl"],
		["FROM x:1", "RUN zypper -n in curl"],
		["FROM x:1", "RUN apt-get update"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
