# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.unpinned_gem_test

import data.seawall.dockerfile.unpinned_gem as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN gem install rails"],
		["FROM x:1", "RUN gem install --no-document rails bundler:2"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN gem install rails:7.1"],
		["FROM x:1", "RUN gem install rails -v 7.1"],
		["FROM x:1", "RUN gem update"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
