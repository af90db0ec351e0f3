# SPDX-License-Identifier: Apache-2.0
package seawall.image.tools_test

import data.seawall.image.tools

image(names) := {"packages": {"kinds": ["deb", "npm"], "names": names}}

test_tools if {
	some finding in tools.manual with input as image(["deb/gcc", "deb/bash", "deb/make", "npm/socat"])
	finding.names == ["gcc", "make"]
}

test_none if count(tools.manual) == 0 with input as image(["deb/bash"])

test_no_packages_are_no_pass if {
	tools.not_applicable with input as {"packages": {"kinds": ["npm"], "names": []}}
	tools.not_applicable with input as {}
}
