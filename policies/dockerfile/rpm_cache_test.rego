# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.rpm_cache_test

import data.seawall.dockerfile.rpm_cache as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN yum install -y curl"],
		["FROM x:1", "RUN dnf install -y curl", "RUN dnf clean all"],
		["FROM x:1", "RUN zypper -n in curl && yum clean all"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN yum install -y curl && yum clean all"],
		["FROM x:1", "RUN microdnf install -y curl && microdnf clean all"],
		["FROM x:1", "RUN --mount=type=cache,target=/var/cache/dnf dnf install -y curl"],
		["FROM x:1", "RUN zypper -n in curl && rm -rf /var/cache/zypp/*"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
