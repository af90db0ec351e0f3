# SPDX-License-Identifier: Apache-2.0
package seawall.image.sudo_test

import data.seawall.image.sudo

image(name) := {"files": {"known": true, "programs": [{"name": name, "path": "usr/bin/x", "layer": 0}]}}

test_programs if {
	count(sudo.deny) == 1 with input as image("sudo")
	count(sudo.deny) == 1 with input as image("doas")
}

test_others if count(sudo.deny) == 0 with input as image("sshd")

test_unread_layers_are_no_pass if count(sudo.missing) == 1 with input as {}
