# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Authorise client commands
# description: >-
#   Without a plugin everybody who reaches the API may do everything. A plugin decides for each
#   request, and refuses privileged containers or mounts of the host.
# related_resources:
#   - https://docs.docker.com/engine/extend/plugins_authorization/
# custom:
#   id: SW-DOCKER-2.13
#   aliases: [CIS-DOCKER-2.13]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 2
#     mode: auto
#     numbers: {"1.8.0": "2.13", "1.7.0": "2.12", "1.6.0": "2.12", "1.3.1": "2.12", "1.2.0": "2.11"}
#   message: No authorisation plugin is active
#   remediation: Install an authorisation plugin and name it in authorization-plugins of daemon.json.
#   fix:
#     by_hand: true
#     file: "/etc/docker/daemon.json"
#     text: "{\"authorization-plugins\": [\"NAME\"]}"
#     risk: >-
#       While the plugin does not answer, no command of a client is carried out. The daemon must be
#       started again; without live-restore all containers stop for that time.
#   ja:
#     title: クライアントの命令を認可する
#     description: >-
#       プラグインがなければ、API に届く者は何でもできる。プラグインは要求ごとに判断し、特権コンテナーやホストのマウントを拒める。
#     message: "有効な認可プラグインがない"
#     remediation: >-
#       認可プラグインを導入し、daemon.json の authorization-plugins に名前を書く。
#     risk: >-
#       プラグインが応答しない間、クライアントの命令は実行されない。デーモンの再起動が必要。live-restore がなければ、その間すべてのコンテナーが止まる。
package seawall.docker.authorization_plugin

import data.seawall.lib.docker

outside := docker.no_daemon

missing := docker.no_info

active := object.get(input.engine.info, ["Plugins", "Authorization"], [])

deny contains {"subject": "authorization-plugins", "evidence": evidence} if no_plugin

no_plugin if is_null(active)

no_plugin if count(active) == 0

evidence := concat("; ", array.concat(
	[sprintf("Plugins.Authorization of /info: %s", [json.marshal(active)])],
	[docker.shown("authorization-plugins") | docker.setting_known("authorization-plugins")],
))

seen contains {"subject": "authorization-plugins", "evidence": evidence}
