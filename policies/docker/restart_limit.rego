# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Limit restarts to five
# description: >-
#   A container that starts again for ever hides its fault, fills logs and lets an attacker try
#   without end.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.15
#   aliases: [CIS-DOCKER-5.15]
#   severity: low
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.15", "1.7.0": "5.15", "1.6.0": "5.15", "1.3.1": "5.14", "1.2.0": "5.14"}
#   message: "The container {container} may start again without limit ({policy})"
#   remediation: "Set --restart=on-failure:5; of a service --restart-max-attempts 5."
#   fix:
#     command: "docker update --restart on-failure:5 {subject}"
#     risk: The container stays down after five failures.
#   ja:
#     title: 再起動を 5 回までに制限する
#     description: >-
#       際限なく再起動するコンテナーは障害を隠し、ログを埋め、攻撃者に何度でも試させる。
#     message: "コンテナー {container} が無制限に再起動する（{policy}）"
#     remediation: >-
#       --restart=on-failure:5 とする。サービスでは --restart-max-attempts 5。
#     risk: >-
#       5 回失敗した後は止まったままになる。
package seawall.docker.restart_limit

import data.seawall.lib.container
import data.seawall.lib.docker

outside := container.outside

missing contains reason if some reason in container.no_config(["RestartPolicy"])

missing contains docker.unread("inspect.HostConfig.RestartPolicy.Name") if {
	is_object(container.value("RestartPolicy", null))
	not docker.told(["inspect", "HostConfig", "RestartPolicy", "Name"])
}

of_service if is_object(input.service)

policy := container.value("RestartPolicy", {"Name": ""})

name := object.get(policy, "Name", "")

tries := object.get(policy, "MaximumRetryCount", 0)

limited if name in {"", "no"}

limited if {
	name == "on-failure"
	tries >= 1
	tries <= 5
}

deny contains container.finding({"policy": evidence, "evidence": evidence}) if {
	container.known
	not of_service
	not limited
}

# Of a task the service decides; only a manager tells.
service_policy := input.service.restart_policy

service_limited if service_policy.Condition == "none"

service_limited if {
	service_policy.MaxAttempts >= 1
	service_policy.MaxAttempts <= 5
}

deny contains container.finding({"policy": evidence, "evidence": evidence}) if {
	of_service
	is_object(service_policy)
	not service_limited
}

manual contains container.finding({
	"msg": sprintf("The container %s is a task of the service %s; ask a manager for its restart policy", [container.name, input.service.name]),
	"ja": sprintf("コンテナー %s はサービス %s のタスクである。再起動ポリシーはマネージャーで確認する", [container.name, input.service.name]),
}) if {
	of_service
	not service_policy
}

evidence := sprintf("%s:%v", [name, tries]) if not of_service

evidence := sprintf("service %s: %s", [input.service.name, json.marshal(service_policy)]) if of_service

seen contains container.seen(evidence)
