# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Keep Docker up to date
# description: Old engines have known ways out of containers. Updates of the engine close them.
# related_resources:
#   - https://docs.docker.com/engine/release-notes/
# custom:
#   id: SW-DOCKER-1.2.2
#   aliases: [CIS-DOCKER-1.2.2]
#   severity: high
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "1.2.2", "1.7.0": "1.2.2", "1.6.0": "1.2.2", "1.3.1": "1.2.2", "1.2.0": "1.1.2"}
#   message: "The engine {version} is older than the least version {least}"
#   remediation: >-
#     Follow the releases of the engine and update within a set time; minimum_engine_version says
#     what is the least.
#   ja:
#     title: Docker を最新に保つ
#     description: >-
#       古いエンジンには、コンテナーから抜け出す既知の方法がある。エンジンの更新で塞がれる。
#     message: "エンジン {version} は最低の版 {least} より古い"
#     remediation: >-
#       エンジンのリリースを追い、定めた期間内に更新する。最低の版は minimum_engine_version で指定する。
package seawall.docker.engine_version

import data.seawall.lib.docker

outside := docker.no_daemon

missing contains docker.unread("engine.version") if not docker.version_known

least := data.settings.minimum_engine_version

deny contains {"version": docker.engine_version, "least": least, "subject": "engine", "evidence": evidence} if {
	not docker.version_at_least(docker.engine_version, least)
}

manual contains {
	"msg": sprintf("Decide whether engine %s is recent enough; no least version is set", [docker.engine_version]),
	"ja": sprintf("エンジン %s が十分新しいかを判断する（最低の版が指定されていない）", [docker.engine_version]),
	"subject": "engine",
	"evidence": evidence,
} if {
	docker.version_known
	not least
}

evidence := concat(", ", array.concat(
	[docker.engine_version],
	[sprintf("%s %s", [c.Name, c.Version]) | some c in input.engine.version.Components],
))

seen contains {"subject": "engine", "evidence": evidence}
