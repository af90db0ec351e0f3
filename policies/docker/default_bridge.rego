# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Do not use docker0
# description: >-
#   On the default bridge all containers share one network without names. Networks of one's own keep
#   apart what does not belong together.
# related_resources:
#   - https://docs.docker.com/engine/network/drivers/bridge/
# custom:
#   id: SW-DOCKER-5.30
#   aliases: [CIS-DOCKER-5.30]
#   severity: low
#   kinds: [container]
#   benchmark:
#     level: 2
#     mode: semi
#     numbers: {"1.8.0": "5.30", "1.7.0": "5.30", "1.6.0": "5.30", "1.3.1": "5.29", "1.2.0": "5.29"}
#   message: "The container {container} is on the default bridge; decide whether it should be"
#   remediation: Create a network (docker network create) and attach the container to it.
#   ja:
#     title: docker0 を使わない
#     description: >-
#       既定ブリッジでは全コンテナーが名前解決のないひとつのネットワークを共有する。専用のネットワークなら分けられる。
#     message: "コンテナー {container} が既定ブリッジにある。適切かを判断する"
#     remediation: >-
#       ネットワークを作り（docker network create）、コンテナーを接続する。
package seawall.docker.default_bridge

import data.seawall.lib.container
import data.seawall.lib.docker

outside := container.outside

missing := container.no_values(["NetworkMode"]) | no_networks

no_networks contains docker.unread("inspect.NetworkSettings.Networks") if {
	container.known
	container.running
	not docker.told(["inspect", "NetworkSettings", "Networks"])
	not docker.given(["bridge_member"])
}

attached if {
	container.running
	"bridge" in object.keys(input.inspect.NetworkSettings.Networks)
}

attached if {
	container.running
	input.bridge_member == true
}

attached if {
	container.offline
	container.value("NetworkMode", "") in {"bridge", "default"}
}

manual contains container.finding({"evidence": evidence}) if attached

evidence := sprintf("networks: %s", [concat(", ", [name | some name, _ in object.get(input, ["inspect", "NetworkSettings", "Networks"], {})])])

seen contains container.seen(evidence)
