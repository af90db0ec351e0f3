# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Use swarm secrets
# description: >-
#   Secrets of the swarm are encrypted and reach only the tasks that need them; variables are seen
#   by all who may inspect a service.
# related_resources:
#   - https://docs.docker.com/engine/swarm/secrets/
# custom:
#   id: SW-DOCKER-7.4
#   aliases: [CIS-DOCKER-7.4]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "7.4", "1.7.0": "7.4", "1.6.0": "7.4", "1.3.1": "7.5", "1.2.0": "7.5"}
#   message: "Decide whether services get their credentials from secrets: {why}"
#   remediation: Move credentials into docker secret.
#   ja:
#     title: Swarm のシークレットを使う
#     description: >-
#       Swarm のシークレットは暗号化され、必要なタスクだけに届く。環境変数はサービスを調べられる全員に見える。
#     message: "サービスが認証情報をシークレットから得ているかを判断する: {reason_ja}"
#     remediation: >-
#       認証情報を docker secret に移す。
package seawall.docker.swarm_secrets

import data.seawall.lib.docker
import data.seawall.lib.swarm

outside := swarm.outside_manager

missing := swarm.no_info | unread

unread contains docker.unread("swarm.secrets") if not docker.given(["swarm", "secrets"])

unread contains docker.unread("swarm.services") if not docker.given(["swarm", "services"])

manual contains {"why": "there is no secret", "reason_ja": "シークレットがない", "subject": "secrets", "evidence": "0"} if input.swarm.secrets == 0

manual contains {"why": text, "reason_ja": text, "subject": service.name, "evidence": text} if {
	some service in input.swarm.services
	count(service.suspicious_env) > 0
	text := sprintf("%s: %s", [service.name, concat(", ", service.suspicious_env)])
}

seen contains {"subject": "secrets", "evidence": sprintf("%v secrets, %d services", [input.swarm.secrets, count(input.swarm.services)])}
