# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.signature_off_test

import data.seawall.dockerfile.signature_off as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN apt-get install -y --allow-unauthenticated a"],
		["FROM x:1", "RUN apk add --allow-untrusted a"],
		["FROM x:1", "RUN yum install -y --nogpgcheck a"],
		["FROM x:1", "RUN rpm -i --nosignature a.rpm"],
		["FROM x:1", "RUN yum install -y --setopt=gpgcheck=0 a"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN apt-get install -y a"],
		["FROM x:1", "RUN yum install -y --setopt=gpgcheck=1 a"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
