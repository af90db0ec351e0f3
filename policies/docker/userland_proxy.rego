# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Disable the userland proxy
# description: >-
#   The proxy is one more process with rights for each published port, and hides the address of the
#   caller. Rules of the kernel do its work.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-2.17
#   aliases: [CIS-DOCKER-2.17]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "2.17", "1.7.0": "2.16", "1.6.0": "2.16", "1.3.1": "2.16", "1.2.0": "2.14"}
#   message: The userland proxy is on
#   remediation: Set userland-proxy to false in daemon.json.
#   fix:
#     file: "/etc/docker/daemon.json"
#     text: "{\"userland-proxy\": false}"
#     risk: >-
#       Needs hairpin NAT; on old kernels published ports cannot be reached from the host itself
#       over loopback. The daemon must be started again; without live-restore all containers stop
#       for that time.
#   ja:
#     title: ユーザーランド プロキシを無効にする
#     description: >-
#       プロキシは公開ポートごとに権限のあるプロセスを増やし、呼び出し元のアドレスを隠す。その仕事はカーネルの規則でできる。
#     message: "ユーザーランド プロキシが有効"
#     remediation: >-
#       daemon.json で userland-proxy を false にする。
#     risk: >-
#       ヘアピン NAT が必要。古いカーネルではホスト自身からループバック経由で公開ポートに届かない。デーモンの再起動が必要。live-restore がなければ、その間すべてのコンテナーが止まる。
package seawall.docker.userland_proxy

import data.seawall.lib.docker

outside := docker.no_daemon

missing := docker.no_setting("userland-proxy")

deny contains {"subject": "userland-proxy", "evidence": docker.shown("userland-proxy")} if {
	docker.setting("userland-proxy") != false
}

seen contains {"subject": "userland-proxy", "evidence": docker.shown("userland-proxy")}
