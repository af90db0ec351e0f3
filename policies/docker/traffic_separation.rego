# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Separate management and data traffic
# description: >-
#   On one network, traffic of containers can drown the managers, and whoever listens to one hears
#   both.
# related_resources:
#   - https://docs.docker.com/engine/swarm/
# custom:
#   id: SW-DOCKER-7.9
#   aliases: [CIS-DOCKER-7.9]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "7.9", "1.7.0": "7.9", "1.6.0": "7.9", "1.3.1": "7.10", "1.2.0": "7.10"}
#   message: Nothing says that data and management use different addresses; decide whether they do
#   remediation: Create the swarm with --advertise-addr and --data-path-addr on different interfaces.
#   ja:
#     title: 管理とデータの通信を分ける
#     description: >-
#       ひとつのネットワークでは、コンテナーの通信がマネージャーを圧迫し、盗聴者は両方を聞ける。
#     message: "データと管理が別のアドレスを使うか分からない。分けているかを判断する"
#     remediation: >-
#       --advertise-addr と --data-path-addr を別のインターフェースにして Swarm を作る。
package seawall.docker.traffic_separation

import data.seawall.lib.swarm

outside := swarm.outside_manager

missing := swarm.no_info

# A private file of the daemon: where it cannot be read, a person decides.
advertise := object.get(input, ["swarm", "state_file", "advertise_addr"], "")

data_path := object.get(input, ["swarm", "state_file", "data_path_addr"], "")

apart if {
	data_path != ""
	advertise != ""
	swarm.host_of(data_path) != swarm.host_of(advertise)
}

manual contains {"subject": "swarm", "evidence": evidence} if not apart

evidence := sprintf("advertise: %s; data path: %s; NodeAddr: %s", [advertise, data_path, node])

node := object.get(input.engine.info, ["Swarm", "NodeAddr"], "?")

seen contains {"subject": "swarm", "evidence": evidence}
