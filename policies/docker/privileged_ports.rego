# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Map no privileged host ports
# description: >-
#   Ports below 1024 are those of well-known services. Only root may take them, so that users trust
#   who answers there.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.8
#   aliases: [CIS-DOCKER-5.8]
#   severity: medium
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.8", "1.7.0": "5.8", "1.6.0": "5.8", "1.3.1": "5.7", "1.2.0": "5.7"}
#   recommendations: [host-network-ports-restricted]
#   message: "The container {container} publishes on port {port} of the host"
#   remediation: Publish on a port from 1024 up, use a load balancer, or allow the port (host_ports).
#   ja:
#     title: 特権ホスト ポートを割り当てない
#     description: >-
#       1024 未満のポートは既知のサービスのもので、root だけが使えるからこそ利用者は応答を信用する。
#     message: "コンテナー {container} がホストのポート {port} で公開している"
#     remediation: >-
#       1024 以上のポートで公開するか、ロード バランサーを使うか、ポートを許可する（host_ports）。
package seawall.docker.privileged_ports

import data.seawall.lib.container

outside := container.outside

missing := container.no_inspect | container.no_ports

deny contains container.finding({"port": binding.text, "evidence": sprintf("%s:%s->%s", [binding.ip, binding.text, binding.port])}) if {
	some binding in container.bindings
	binding.lowest > 0
	binding.lowest < 1024
	not allowed(binding.lowest)
}

allowed(port) if port in data.settings.host_ports

seen contains container.seen(container.ports_shown)
