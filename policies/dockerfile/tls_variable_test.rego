# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.tls_variable_test

import data.seawall.dockerfile.tls_variable as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "ENV NODE_TLS_REJECT_UNAUTHORIZED=0"],
		["FROM x:1", "ENV GIT_SSL_NO_VERIFY=true"],
		["FROM x:1", "RUN export PYTHONHTTPSVERIFY=0 && a"],
		["FROM x:1", "RUN GIT_SSL_NO_VERIFY=1 git clone a"],
		["FROM x:1", "ENV PIP_TRUSTED_HOST=a"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "ENV NODE_TLS_REJECT_UNAUTHORIZED=1"],
		["FROM x:1", "ENV A=0"],
		["FROM x:1", "RUN git clone a"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
