# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.add_remote_test

import data.seawall.dockerfile.add_remote as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "ADD https://example.com/a /a"],
		["FROM x:1", "ADD https://example.com/a.git#main /a"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "ADD --checksum=sha256:00 https://example.com/a /a"],
		["FROM x:1", "ADD a.tar /"],
		["FROM x:1", "ADD https://example.com/a.git#0123456789012345678901234567890123456789 /a"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
