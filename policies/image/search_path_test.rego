# SPDX-License-Identifier: Apache-2.0
package seawall.image.search_path_test

import data.seawall.image.search_path

image(path) := {"config_known": true, "env": [{"name": "PATH", "length": 1, "value": path}]}

test_bad if {
	every path in ["/bin:.", "/bin::/usr/bin", "bin:/bin", "/tmp/x:/bin"] {
		count(search_path.deny) == 1 with input as image(path)
	}
}

test_writable_folder if {
	count(search_path.deny) == 1 with input as object.union(image("/app/bin:/bin"), {"files": {"writable": [{"path": "app/bin", "folder": true}]}})
}

test_good if count(search_path.deny) == 0 with input as image("/usr/local/bin:/usr/bin:/bin:$HOME/bin")

test_no_path if search_path.not_applicable with input as {"config_known": true, "env": []}

test_no_configuration_is_no_pass if count(search_path.missing) == 1 with input as {}
