# SPDX-License-Identifier: Apache-2.0
package seawall.image.sensitive_volumes_test

import data.seawall.image.sensitive_volumes

image(volumes) := {"config_known": true, "volumes": volumes}

test_system_folders if {
	every volume in ["/", "/etc", "/etc/", "/proc/sys", "/usr/bin", "/root"] {
		count(sensitive_volumes.deny) == 1 with input as image([volume])
	}
}

test_others if {
	count(sensitive_volumes.deny) == 0 with input as image(["/data", "/var/lib/postgresql/data", "/etcd", "/home/app"])
}

test_no_configuration_is_no_pass if count(sensitive_volumes.missing) == 1 with input as {}
