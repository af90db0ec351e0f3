# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.unpinned_npm_test

import data.seawall.dockerfile.unpinned_npm as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN npm install express"],
		["FROM x:1", "RUN npm install -g express@latest"],
		["FROM x:1", "RUN yarn global add @a/b"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN npm install"],
		["FROM x:1", "RUN npm ci"],
		["FROM x:1", "RUN npm install -g @a/b@1.2.3 c@4"],
		["FROM x:1", "RUN npm install ./a.tgz"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
