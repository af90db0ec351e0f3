# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Let Docker manage iptables
# description: >-
#   Without its rules, ports of containers are reachable past the isolation of networks, and nobody
#   keeps them in step with the containers.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-2.4
#   aliases: [CIS-DOCKER-2.4]
#   severity: high
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "2.4", "1.7.0": "2.4", "1.6.0": "2.4", "1.3.1": "2.4", "1.2.0": "2.3"}
#   message: Docker may not set rules of iptables
#   remediation: Remove iptables=false from daemon.json and from the command line.
#   fix:
#     file: "/etc/docker/daemon.json"
#     text: "{\"iptables\": true}"
#     risk: >-
#       Docker puts its rules in front of those of the host firewall. The daemon must be started
#       again; without live-restore all containers stop for that time.
#   ja:
#     title: iptables を Docker に管理させる
#     description: >-
#       Docker の規則がないと、ネットワークの分離を越えてコンテナーのポートに届き、規則をコンテナーに合わせて保つ者もいない。
#     message: "Docker が iptables の規則を設定できない"
#     remediation: >-
#       daemon.json とコマンド ラインから iptables=false を消す。
#     risk: >-
#       ホストのファイアウォールの規則より前に Docker の規則が入る。デーモンの再起動が必要。live-restore がなければ、その間すべてのコンテナーが止まる。
package seawall.docker.iptables

import data.seawall.lib.docker

outside := docker.no_daemon

missing := docker.no_setting("iptables")

deny contains {"subject": "iptables", "evidence": docker.shown("iptables")} if docker.setting("iptables") == false

seen contains {"subject": "iptables", "evidence": docker.shown("iptables")}
