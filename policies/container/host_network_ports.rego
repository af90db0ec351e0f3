# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Host networking and host ports are restricted
# description: >-
#   In the network of the node a pod is not held by network policies, can listen to the traffic of
#   others, and reaches services that only the node should reach.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-REC-022
#   aliases: [host-network-ports-restricted, 82985f06-dc18-4a48-bc1c-b9f4f0098cfe, CIS-DOCKER-5.8, CIS-DOCKER-5.10]
#   severity: medium
#   kinds: [container]
#   recommendations: [host-network-ports-restricted]
#   message: "The container {container} {what}"
#   remediation: >-
#     Remove --net=host and published ports that are not needed, or set the range of ports that may
#     be used.
#   fix:
#     by_hand: true
#     command: "docker run --name {subject} --network NETWORK --publish 127.0.0.1:8080:8080 IMAGE"
#     file: compose.yaml
#     text: "services:\n  SERVICE:\n    network_mode: bridge\n    ports: [\"127.0.0.1:8080:8080\"]"
#     risk: Addresses and ports change for whoever talks to the container.
#   ja:
#     title: ホスト ネットワークとホスト ポートの利用を制限する
#     description: >-
#       ノードのネットワークではネットワーク ポリシーが効かず、他の通信を盗聴でき、ノードだけが到達すべきサービスに届く。
#     message: "コンテナー {container} が{what_ja}"
#     remediation: >-
#       --net=host と不要な公開ポートを外すか、使ってよいポートの範囲を設定する。
#     risk: >-
#       コンテナーと通信する側から見たアドレスとポートが変わる。
package seawall.container.host_network_ports

import data.seawall.lib.container
import data.seawall.lib.settings
import data.seawall.lib.workload

outside := workload.outside("host-network-ports-restricted")

missing := container.no_config(["NetworkMode"]) | container.no_ports | container.no_mode("NetworkMode", "network")

range_keys := ["minPort", "maxPort", "allowedHostPorts"]

deny contains container.finding({"what": "shares the network of the host", "what_ja": "ホストのネットワークを共有している", "evidence": container.mode_shown("NetworkMode", "network")}) if {
	container.mode("NetworkMode", "network") == "host"
	settings.parameter_or("host-network-ports-restricted", "allowHostNetwork", false) != true
}

used := [binding |
	some binding in container.bindings
	binding.lowest > 0
]

# The highest port of a range counts, too.
highest(binding) := to_number(regex.replace(binding.text, `^.*-`, ""))

in_range(binding) if {
	not workload.is_set("host-network-ports-restricted", ["allowedHostPorts"])
	binding.lowest >= settings.parameter_or("host-network-ports-restricted", "minPort", 0)
	highest(binding) <= settings.parameter_or("host-network-ports-restricted", "maxPort", 0)
}

# The form of later definitions: ports, and ranges a-b.
in_range(binding) if {
	some entry in settings.parameter("host-network-ports-restricted", "allowedHostPorts")
	limits := split(sprintf("%v", [entry]), "-")
	binding.lowest >= to_number(limits[0])
	highest(binding) <= to_number(limits[count(limits) - 1])
}

deny contains container.finding({"what": sprintf("uses the port %s of the host", [binding.text]), "what_ja": sprintf("ホストのポート %s を使っている", [binding.text]), "evidence": binding.port}) if {
	workload.judged("host-network-ports-restricted", range_keys)
	some binding in used
	not in_range(binding)
}

manual contains workload.decision(container.ports_shown, container.ports_shown) if {
	workload.undecided("host-network-ports-restricted", range_keys)
	count(used) > 0
}

seen contains container.seen(concat("; ", [container.mode_shown("NetworkMode", "network"), container.ports_shown]))
