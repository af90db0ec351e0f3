# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.pip_cache_test

import data.seawall.dockerfile.pip_cache as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN pip install flask==1"],
		["FROM x:1", "RUN python3 -m pip install -r a.txt"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN pip install --no-cache-dir flask"],
		["FROM x:1", "ENV PIP_NO_CACHE_DIR=1", "RUN pip install flask"],
		["FROM x:1", "RUN --mount=type=cache,target=/root/.cache/pip pip install a"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
