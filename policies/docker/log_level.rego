# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Log at level info
# description: >-
#   Below info, what happened before an incident is not in the log; debug fills it with noise and
#   may write what is secret.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-2.3
#   aliases: [CIS-DOCKER-2.3]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "2.3", "1.7.0": "2.3", "1.6.0": "2.3", "1.3.1": "2.3", "1.2.0": "2.2"}
#   message: "The daemon does not log at level info: {setting}"
#   remediation: >-
#     Set log-level to info (or remove it) and remove debug in daemon.json and on the command line.
#   fix:
#     file: "/etc/docker/daemon.json"
#     text: "{\"log-level\": \"info\", \"debug\": false}"
#     risk: The daemon must be started again; without live-restore all containers stop for that time.
#   ja:
#     title: ログ レベルを info にする
#     description: >-
#       info より下では、事故の前に何があったかがログに残らない。debug では雑音が増え、秘密が書かれることもある。
#     message: "デーモンのログ レベルが info でない: {setting}"
#     remediation: >-
#       daemon.json とコマンド ラインで、log-level を info にし（または消し）、debug を消す。
#     risk: >-
#       デーモンの再起動が必要。live-restore がなければ、その間すべてのコンテナーが止まる。
package seawall.docker.log_level

import data.seawall.lib.docker

outside := docker.no_daemon

missing contains reason if {
	not debugging
	some reason in docker.no_setting("log-level")
}

missing contains reason if {
	not debugging
	not docker.given(["engine", "info", "Debug"])
	some reason in docker.no_setting("debug")
}

debugging if input.engine.info.Debug == true

debugging if {
	not docker.given(["engine", "info", "Debug"])
	docker.setting("debug") == true
}

deny contains {"setting": "debug", "subject": "debug", "evidence": debug_shown} if debugging

deny contains {"setting": sprintf("log-level = %s", [level]), "subject": "log-level", "evidence": docker.shown("log-level")} if {
	level := docker.setting("log-level")
	not lower(level) in {"", "info"}
}

debug_shown := "Debug of /info is true" if input.engine.info.Debug == true

debug_shown := docker.shown("debug") if not input.engine.info.Debug

seen contains {"subject": "log-level", "evidence": docker.shown("log-level")} if docker.setting_known("log-level")

seen contains {"subject": "debug", "evidence": debug_shown}
