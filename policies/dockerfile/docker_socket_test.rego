# SPDX-License-Identifier: Apache-2.0
package seawall.dockerfile.docker_socket_test

import data.seawall.dockerfile.docker_socket as check
import data.seawall.lib.dockerfile_fixture as fixture

test_bad if {
	every lines in [
		["FROM x:1", "VOLUME /var/run/docker.sock"],
		["FROM x:1", "CMD docker -H unix:///var/run/docker.sock ps"],
	] {
		count(check.deny) > 0 with input as fixture.facts(lines)
	}
}

test_good if {
	every lines in [
		["FROM x:1", "VOLUME /data"],
		["FROM x:1", "RUN echo a.socket"],
	] {
		count(check.deny) == 0 with input as fixture.facts(lines)
		count(check.missing) == 0 with input as fixture.facts(lines)
	}
}

test_missing_facts_are_no_pass if {
	count(check.missing) > 0 with input as {}
	count(check.missing) > 0 with input as {"Stages": null}
}
