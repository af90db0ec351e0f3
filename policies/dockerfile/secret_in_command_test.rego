# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.secret_in_command_test

import data.seawall.dockerfile.secret_in_command as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN git clone https://me:hunter2@example.com/a"],
		["FROM x:1", "RUN echo root:abc | chpasswd"],
		["FROM x:1", "RUN curl -u a:b https://example.com"],
		["FROM x:1", "RUN sshpass -p abc ssh x"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN git clone https://$U:$P@example.com/a"],
		["FROM x:1", "RUN echo root:$P | chpasswd"],
		["FROM x:1", "RUN curl -u me https://example.com"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
