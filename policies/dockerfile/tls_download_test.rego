# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.tls_download_test

import data.seawall.dockerfile.tls_download as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN curl -k https://example.com"],
		["FROM x:1", "RUN curl -sSLk https://example.com"],
		["FROM x:1", "RUN wget --no-check-certificate https://example.com"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN curl -sSL https://example.com"],
		["FROM x:1", "RUN curl -okay https://example.com"],
		["FROM x:1", "RUN wget https://example.com"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
