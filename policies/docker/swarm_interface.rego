# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Bind swarm services to one interface
# description: >-
#   On all addresses the ports of the swarm are open to networks that have nothing to do with it.
# related_resources:
#   - https://docs.docker.com/engine/swarm/
# custom:
#   id: SW-DOCKER-7.2
#   aliases: [CIS-DOCKER-7.2]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "7.2", "1.7.0": "7.2", "1.6.0": "7.2", "1.3.1": "7.3", "1.2.0": "7.3"}
#   message: "The daemon listens for the swarm on {address}"
#   remediation: Leave and create or join the swarm again with --listen-addr.
#   ja:
#     title: Swarm サービスをひとつのインターフェースに限る
#     description: >-
#       全アドレスでは、無関係なネットワークにも Swarm のポートが開く。
#     message: "デーモンが Swarm のために {address} で待ち受けている"
#     remediation: >-
#       Swarm を抜け、--listen-addr を付けて作り直すか参加し直す。
package seawall.docker.swarm_interface

import data.seawall.lib.docker
import data.seawall.lib.swarm

outside := swarm.outside

missing := swarm.no_info | no_sockets

no_sockets contains docker.unread("daemon.held") if not docker.given(["daemon", "held"])

ports contains {"kind": kind, "port": 7946} if some kind in {"tcp", "udp"}

ports contains {"kind": "tcp", "port": management} if swarm.is_manager

default management := 2377

management := swarm.port_of(input.swarm.state_file.listen_addr)

held := [socket |
	some socket in input.daemon.held
	{"kind": substring(socket.protocol, 0, 3), "port": socket.port} in ports
]

text(socket) := sprintf("%s %s:%d", [socket.protocol, socket.address, socket.port])

deny contains {"address": text(socket), "subject": text(socket), "evidence": text(socket)} if {
	some socket in held
	socket.address in {"0.0.0.0", "::", "*"}
}

seen contains {"subject": "swarm", "evidence": concat(", ", [text(socket) | some socket in held])}
