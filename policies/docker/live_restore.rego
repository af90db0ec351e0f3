# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Enable live restore
# description: With it, containers go on while the daemon is updated, so nobody puts updates off.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-2.16
#   aliases: [CIS-DOCKER-2.16]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "2.16", "1.7.0": "2.15", "1.6.0": "2.15", "1.3.1": "2.15", "1.2.0": "2.13"}
#   message: Containers stop when the daemon stops
#   remediation: Set live-restore to true in daemon.json (it is taken up on reload).
#   fix:
#     file: "/etc/docker/daemon.json"
#     text: "{\"live-restore\": true}"
#     risk: None known; it excludes swarm mode.
#   ja:
#     title: ライブ リストアを有効にする
#     description: >-
#       これがあれば、デーモンの更新中もコンテナーが動き続けるため、更新が先延ばしされない。
#     message: "デーモンが止まるとコンテナーも止まる"
#     remediation: >-
#       daemon.json で live-restore を true にする（再読み込みで有効になる）。
#     risk: >-
#       知られているものはない。Swarm モードとは両立しない。
package seawall.docker.live_restore

import data.seawall.lib.docker

outside := docker.no_daemon

missing := docker.no_member("LiveRestoreEnabled")

deny contains {"subject": "live-restore", "evidence": evidence} if {
	input.engine.info.LiveRestoreEnabled != true
	docker.swarm_state != "active"
}

evidence := sprintf("LiveRestoreEnabled: %v, swarm: %s", [input.engine.info.LiveRestoreEnabled, docker.swarm_state])

seen contains {"subject": "live-restore", "evidence": evidence}
