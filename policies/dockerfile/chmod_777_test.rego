# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.chmod_777_test

import data.seawall.dockerfile.chmod_777 as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN chmod 777 /app"],
		["FROM x:1", "RUN chmod -R a+rwx /app"],
		["FROM x:1", "COPY --chmod=0666 a b"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN chmod 755 /app"],
		["FROM x:1", "RUN chmod 1777 /tmp"],
		["FROM x:1", "RUN chmod u+w,g+r /app"],
		["FROM x:1", "RUN chmod +x /a"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
