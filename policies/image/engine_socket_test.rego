# SPDX-License-Identifier: Apache-2.0
package seawall.image.engine_socket_test

import data.seawall.image.engine_socket

image(volumes) := {"config_known": true, "volumes": volumes}

test_sockets if {
	every volume in ["/var/run/docker.sock", "/run/", "/host/docker.sock", "/run/containerd/containerd.sock"] {
		count(engine_socket.deny) == 1 with input as image([volume])
	}
}

test_others if count(engine_socket.deny) == 0 with input as image(["/data", "/var/run/app", "/docker.sock.d"])

test_no_configuration_is_no_pass if count(engine_socket.missing) == 1 with input as {}
