# SPDX-License-Identifier: Apache-2.0
package seawall.image.healthcheck_test

import data.seawall.image.healthcheck

test_none if count(healthcheck.deny) == 1 with input as {"config_known": true, "healthcheck": null}

test_switched_off if {
	count(healthcheck.deny) == 1 with input as {"config_known": true, "healthcheck": {"test": ["NONE"]}}
	count(healthcheck.deny) == 1 with input as {"config_known": true, "healthcheck": {"test": []}}
}

test_there if {
	count(healthcheck.deny) == 0 with input as {
		"config_known": true,
		"healthcheck": {"test": ["CMD-SHELL", "curl -f http://localhost"]},
	}
}

test_no_configuration_is_no_pass if {
	count(healthcheck.missing) == 1 with input as {}
	count(healthcheck.deny) == 0 with input as {}
}
