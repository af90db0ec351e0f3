# SPDX-License-Identifier: Apache-2.0
package seawall.image.privileged_ports_test

import data.seawall.image.privileged_ports

image(ports) := {"config_known": true, "exposed_ports": ports}

test_low_ports if count(privileged_ports.deny) == 3 with input as image(["80/tcp", "53/udp", "443"])

test_high_ports if count(privileged_ports.deny) == 0 with input as image(["8080/tcp", "1024", "22/tcp", "0"])

test_a_range_counts_by_its_begin if count(privileged_ports.deny) == 1 with input as image(["80-90/tcp"])

test_no_configuration_is_no_pass if count(privileged_ports.missing) == 1 with input as {}
