# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Stop containers from gaining privileges
# description: >-
#   With this default no process of a container gains rights through setuid programs, unless the
#   container says otherwise.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-2.15
#   aliases: [CIS-DOCKER-2.15]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "2.15", "1.7.0": "2.14", "1.6.0": "2.14", "1.3.1": "2.14", "1.2.0": "2.17"}
#   recommendations: [no-privilege-escalation]
#   message: Containers may gain privileges by default
#   remediation: Set no-new-privileges to true in daemon.json.
#   fix:
#     file: "/etc/docker/daemon.json"
#     text: "{\"no-new-privileges\": true}"
#     risk: >-
#       Programs such as sudo and ping with setuid no longer work in containers. The daemon must be
#       started again; without live-restore all containers stop for that time.
#   ja:
#     title: コンテナーの権限獲得を止める
#     description: >-
#       この既定があれば、コンテナーが別に指定しない限り、どのプロセスも setuid プログラムで権限を得られない。
#     message: "既定でコンテナーが権限を獲得できる"
#     remediation: >-
#       daemon.json で no-new-privileges を true にする。
#     risk: >-
#       コンテナー内の sudo や setuid の ping などが使えなくなる。デーモンの再起動が必要。live-restore がなければ、その間すべてのコンテナーが止まる。
package seawall.docker.daemon_no_new_privileges

import data.seawall.lib.docker

outside := docker.no_daemon

default by_api := false

by_api if docker.has_option("no-new-privileges")

# From Engine 24 on /info lists it when it is on.
api_tells if {
	docker.info_known
	docker.engine_at_least(24)
	not input.engine.podman
}

missing contains reason if {
	not by_api
	not api_tells
	some reason in docker.no_setting("no-new-privileges")
}

deny contains {"subject": "no-new-privileges", "evidence": evidence} if {
	api_tells
	not by_api
}

deny contains {"subject": "no-new-privileges", "evidence": evidence} if {
	not api_tells
	not by_api
	docker.setting("no-new-privileges") != true
}

evidence := concat("; ", array.concat(
	[sprintf("listed in SecurityOptions of /info: %v", [by_api])],
	[docker.shown("no-new-privileges") | docker.setting_known("no-new-privileges")],
))

seen contains {"subject": "no-new-privileges", "evidence": evidence}
