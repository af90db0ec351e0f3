# SPDX-License-Identifier: Apache-2.0
package seawall.image.ssh_server_test

import data.seawall.image.ssh_server

test_server if {
	some finding in ssh_server.deny with input as {"files": {"known": true, "programs": [
		{"name": "sshd", "path": "usr/sbin/sshd", "layer": 1},
		{"name": "sudo", "path": "usr/bin/sudo", "layer": 1},
	]}}
	finding.subject == "sshd"
}

test_port if {
	count(ssh_server.deny) == 1 with input as {"files": {"known": true, "programs": []}, "exposed_ports": ["22/tcp", "2222/tcp", "220"]}
}

test_none if {
	facts := {"files": {"known": true, "programs": []}, "exposed_ports": ["80/tcp", "22/udp"]}
	count(ssh_server.deny) == 0 with input as facts
	count(ssh_server.missing) == 0 with input as facts
}

test_unread_layers_are_no_pass if count(ssh_server.missing) == 1 with input as {}
