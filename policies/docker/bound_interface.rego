# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Bind published ports to one interface
# description: >-
#   On all addresses the port is open to every network that the host is in, also to those that
#   nobody thought of.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.14
#   aliases: [CIS-DOCKER-5.14]
#   severity: medium
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.14", "1.7.0": "5.14", "1.6.0": "5.14", "1.3.1": "5.13", "1.2.0": "5.13"}
#   message: "The container {container} publishes {port} on all addresses"
#   remediation: "Publish as ADDRESS:PORT:PORT, or set the key ip of the daemon to one address."
#   ja:
#     title: 公開ポートをひとつのインターフェースに限る
#     description: >-
#       全アドレスでは、ホストが属するすべてのネットワークに、考えていなかったものも含めてポートが開く。
#     message: "コンテナー {container} が {port} を全アドレスで公開している"
#     remediation: >-
#       ADDRESS:PORT:PORT の形で公開するか、デーモンの ip を特定のアドレスにする。
package seawall.docker.bound_interface

import data.seawall.lib.container
import data.seawall.lib.docker

outside := container.outside

missing := container.no_inspect | container.no_ports | no_default

# Where no address is written, the daemon's default holds.
no_default := {reason |
	some binding in container.bindings
	binding.ip == ""
	some reason in container.no_host("ip")
}

default_ip := object.get(input, ["host", "ip"], "0.0.0.0")

address(binding) := binding.ip if binding.ip != ""

address(binding) := default_ip if binding.ip == ""

deny contains container.finding({"port": binding.port, "evidence": sprintf("%s:%s->%s", [address(binding), binding.text, binding.port])}) if {
	some binding in container.bindings
	trim(address(binding), "[]") in {"", "0.0.0.0", "::"}
}

seen contains container.seen(container.ports_shown)
