# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Restrict traffic between containers on the default bridge
# description: >-
#   On the default bridge every container may open connections to every other one. One that is taken
#   over sees and attacks all the rest.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-2.2
#   aliases: [CIS-DOCKER-2.2]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "2.2", "1.7.0": "2.2", "1.6.0": "2.2", "1.3.1": "2.2", "1.2.0": "2.1"}
#   message: "Containers on the default bridge can reach each other ({setting})"
#   remediation: >-
#     Set icc to false in daemon.json, or put containers into networks of their own. Drop NET_RAW on
#     containers that stay on docker0.
#   fix:
#     file: "/etc/docker/daemon.json"
#     text: "{\"icc\": false}"
#     risk: >-
#       Containers of the default bridge that talk to each other without --link no longer can. The
#       daemon must be started again; without live-restore all containers stop for that time.
#   ja:
#     title: 既定ブリッジ上のコンテナー間通信を制限する
#     description: >-
#       既定ブリッジでは、どのコンテナーも他のすべてのコンテナーに接続できる。ひとつが乗っ取られると、残りすべてが見え、攻撃される。
#     message: "既定ブリッジのコンテナーは互いに通信できる（{setting}）"
#     remediation: >-
#       daemon.json で icc を false にするか、コンテナーを専用のネットワークに入れる。docker0 に残るコンテナーからは NET_RAW を外す。
#     risk: >-
#       --link なしで通信していた既定ブリッジのコンテナーは通信できなくなる。デーモンの再起動が必要。live-restore がなければ、その間すべてのコンテナーが止まる。
package seawall.docker.bridge_traffic

import data.seawall.lib.docker

outside := docker.no_daemon

outside := {"msg": "the default bridge is switched off", "ja": "既定ブリッジが無効"} if {
	not docker.no_daemon
	switched_off
}

switched_off if docker.setting("bridge") == "none"

switched_off if {
	is_array(input.networks)
	not bridge
}

bridge := network if {
	some network in input.networks
	network.name == "bridge"
	network.driver == "bridge"
}

option := sprintf("%v", [object.get(bridge, ["options", "com.docker.network.bridge.enable_icc"], "true")])

# The network itself decides; the setting only where networks could not be asked.
missing contains docker.unread("networks") if {
	not bridge
	not docker.setting_known("icc")
}

deny contains {"setting": evidence, "subject": "bridge", "evidence": evidence} if {
	bridge
	lower(option) != "false"
}

deny contains {"setting": docker.shown("icc"), "subject": "icc", "evidence": docker.shown("icc")} if {
	not bridge
	docker.setting("icc") != false
}

evidence := sprintf("network bridge: enable_icc = %s", [option])

seen contains {"subject": "bridge", "evidence": evidence} if bridge

seen contains {"subject": "icc", "evidence": docker.shown("icc")} if docker.setting_known("icc")
