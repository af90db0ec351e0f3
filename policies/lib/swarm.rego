# SPDX-License-Identifier: Apache-2.0
# What controls ask of the facts of a swarm (doc/facts-docker.md).
package seawall.lib.swarm

import data.seawall.lib.docker

# For every node.
outside := docker.no_daemon

outside := {"msg": "the host is in no swarm", "ja": "ホストは Swarm に入っていない"} if {
	not docker.no_daemon
	docker.given(["engine", "info", "Swarm", "LocalNodeState"])
	docker.swarm_state in {"", "inactive"}
}

# For what only a manager knows.
outside_manager := outside

outside_manager := {"msg": "the node is no manager", "ja": "ノードはマネージャーでない"} if {
	not outside
	docker.info_known
	not is_manager
}

is_manager if input.engine.info.Swarm.ControlAvailable == true

no_info := docker.no_swarm

# The answer of GET /swarm.
no_spec := no_info | {docker.unread("engine.swarm") |
	docker.info_known
	not has_spec
}

has_spec if is_object(input.engine.swarm.Spec)

port_of(address) := to_number(regex.find_n(`[0-9]+$`, address, 1)[0]) if regex.match(`:[0-9]+$`, address)

# "10.0.0.1:2377", "[fd00::1]:2377", and both without a port.
host_of(address) := split(trim_left(address, "["), "]")[0] if startswith(address, "[")

host_of(address) := split(address, ":")[0] if {
	not startswith(address, "[")
	count(split(address, ":")) <= 2
}

host_of(address) := address if {
	not startswith(address, "[")
	count(split(address, ":")) > 2
}
