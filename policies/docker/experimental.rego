# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Keep experimental features out of production
# description: Experimental features may change or break without notice and are less tried.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-2.19
#   aliases: [CIS-DOCKER-2.19]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "2.19", "1.7.0": "2.18", "1.6.0": "2.18", "1.3.1": "2.18", "1.2.0": "2.16"}
#   message: "Experimental features are on: {source}"
#   remediation: Remove experimental from daemon.json and from the command line.
#   fix:
#     file: "/etc/docker/daemon.json"
#     text: "{\"experimental\": false}"
#     risk: The daemon must be started again; without live-restore all containers stop for that time.
#   ja:
#     title: 試験的な機能を本番で使わない
#     description: >-
#       試験的な機能は予告なく変わったり壊れたりし、十分に試されていない。
#     message: "試験的な機能が有効: {source}"
#     remediation: >-
#       daemon.json とコマンド ラインから experimental を消す。
#     risk: >-
#       デーモンの再起動が必要。live-restore がなければ、その間すべてのコンテナーが止まる。
package seawall.docker.experimental

import data.seawall.lib.docker

outside := docker.no_daemon

missing contains docker.unread("engine.version") if {
	not docker.given(["engine", "version", "Experimental"])
	not docker.given(["engine", "info", "ExperimentalBuild"])
	not docker.setting_known("experimental")
}

deny contains {"source": "Experimental", "subject": "Experimental", "evidence": "true in /version"} if {
	input.engine.version.Experimental == true
}

deny contains {"source": "ExperimentalBuild", "subject": "ExperimentalBuild", "evidence": "true in /info"} if {
	input.engine.info.ExperimentalBuild == true
}

deny contains {"source": "experimental", "subject": "experimental", "evidence": docker.shown("experimental")} if {
	not docker.given(["engine", "version", "Experimental"])
	not docker.given(["engine", "info", "ExperimentalBuild"])
	docker.setting("experimental") == true
}

seen contains {"subject": "experimental", "evidence": docker.shown("experimental")} if docker.setting_known("experimental")

seen contains {"subject": "ExperimentalBuild", "evidence": sprintf("%v", [input.engine.info.ExperimentalBuild])}
