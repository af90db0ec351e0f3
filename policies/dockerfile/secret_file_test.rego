# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.secret_file_test

import data.seawall.dockerfile.secret_file as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "COPY id_rsa /root/.ssh/"],
		["FROM x:1", "COPY .env /app/"],
		["FROM x:1", "ADD certs/server.key /etc/"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "COPY id_rsa.pub /a"],
		["FROM x:1", "COPY .env.example /a"],
		["FROM x:1 AS a", "FROM y:1", "COPY --from=a .env b"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
