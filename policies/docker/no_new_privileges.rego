# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Restrict new privileges per container
# description: >-
#   With the flag no program of the container gains rights that its parent did not have, whatever
#   setuid files the image holds.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.26
#   aliases: [CIS-DOCKER-5.26]
#   severity: medium
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.26", "1.7.0": "5.26", "1.6.0": "5.26", "1.3.1": "5.25", "1.2.0": "5.25"}
#   recommendations: [no-privilege-escalation]
#   message: "Processes of the container {container} may gain privileges"
#   remediation: Set --security-opt=no-new-privileges, or no-new-privileges in daemon.json.
#   ja:
#     title: コンテナーごとに新しい権限を制限する
#     description: >-
#       このフラグがあれば、イメージにどんな setuid ファイルがあっても、親より多い権限は得られない。
#     message: "コンテナー {container} のプロセスが権限を獲得できる"
#     remediation: >-
#       --security-opt=no-new-privileges、または daemon.json の no-new-privileges を設定する。
package seawall.docker.no_new_privileges

import data.seawall.lib.container
import data.seawall.lib.docker

outside := container.outside

missing := container.no_config(["SecurityOpt"]) | unknown

unknown contains docker.unread("host.no_new_privileges") if {
	container.known
	not is_known
}

is_known if is_boolean(container.no_new_privileges)

deny contains container.finding({"evidence": container.no_new_privileges_shown}) if {
	container.known
	container.no_new_privileges == false
}

# Its first process tells otherwise.
deny contains container.finding({"evidence": container.no_new_privileges_shown}) if {
	container.no_new_privileges == true
	input.process.no_new_privs == 0
}

seen contains container.seen(container.no_new_privileges_shown)
