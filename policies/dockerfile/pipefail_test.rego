# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.pipefail_test

import data.seawall.dockerfile.pipefail as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN curl a | tar x"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "SHELL [\"/bin/bash\",\"-o\",\"pipefail\",\"-c\"]", "RUN curl a | tar x"],
		["FROM x:1", "RUN set -o pipefail && curl a | tar x"],
		["FROM x:1", "RUN echo a | b"],
		["FROM x:1", "RUN a || b"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
