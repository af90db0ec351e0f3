# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.tls_package_test

import data.seawall.dockerfile.tls_package as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "RUN pip install --trusted-host a b==1"],
		["FROM x:1", "RUN npm config set strict-ssl false"],
		["FROM x:1", "RUN git -c http.sslVerify=false clone a"],
		["FROM x:1", "RUN yum install -y --setopt=sslverify=0 a"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "RUN pip install b==1"],
		["FROM x:1", "RUN npm config set strict-ssl true"],
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
