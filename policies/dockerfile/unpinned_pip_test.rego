# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.unpinned_pip_test

import data.seawall.dockerfile.unpinned_pip as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN pip install flask"],
		["FROM x:1", "RUN python3 -m pip install --upgrade flask"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN pip install flask==1.0"],
		["FROM x:1", "RUN pip install -r requirements.txt"],
		["FROM x:1", "RUN pip install . -c c.txt"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
