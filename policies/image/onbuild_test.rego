# SPDX-License-Identifier: Apache-2.0
package seawall.image.onbuild_test

import data.seawall.image.onbuild

test_instruction if {
	some finding in onbuild.deny with input as {"config_known": true, "onbuild": ["COPY . /app"]}
	finding.instruction == "COPY . /app"
}

test_none if count(onbuild.deny) == 0 with input as {"config_known": true, "onbuild": []}

test_no_configuration_is_no_pass if count(onbuild.missing) == 1 with input as {}
