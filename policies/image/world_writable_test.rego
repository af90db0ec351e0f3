# SPDX-License-Identifier: Apache-2.0
package seawall.image.world_writable_test

import data.seawall.image.world_writable

test_writable if {
	some finding in world_writable.deny with input as {"files": {"known": true, "writable": [
		{"path": "app/x", "mode": "0666", "layer": 1},
	]}}
	finding.file == "app/x"
}

test_none if count(world_writable.deny) == 0 with input as {"files": {"known": true, "writable": []}}

test_unread_layers_are_no_pass if count(world_writable.missing) == 1 with input as {}
