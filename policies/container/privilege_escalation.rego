# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Containers cannot gain more privileges than their parent
# description: Otherwise a setuid program in the image gives a process more rights than its parent has.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-REC-009
#   aliases: [no-privilege-escalation, 1c6e92c9-99f0-4e55-9cf2-0c234dc48f99, CIS-DOCKER-5.26]
#   severity: medium
#   kinds: [container]
#   recommendations: [no-privilege-escalation]
#   message: "Processes of the container {container} {what}"
#   remediation: Set --security-opt=no-new-privileges, or no-new-privileges in daemon.json.
#   fix:
#     by_hand: true
#     command: "docker run --name {subject} --security-opt no-new-privileges=true IMAGE"
#     file: compose.yaml
#     text: "services:\n  SERVICE:\n    security_opt: [\"no-new-privileges:true\"]"
#     risk: Programs with setuid, such as sudo and ping, no longer work in it.
#   ja:
#     title: 特権昇格できるコンテナーを避ける
#     description: >-
#       そうでなければ、イメージ内の setuid プログラムによって、プロセスが親より大きな権限を得られる。
#     message: "コンテナー {container} のプロセス{what_ja}"
#     remediation: >-
#       --security-opt=no-new-privileges、または daemon.json の no-new-privileges を設定する。
#     risk: >-
#       sudo や ping など setuid のプログラムがコンテナー内で動かなくなる。
package seawall.container.privilege_escalation

import data.seawall.docker.no_new_privileges
import data.seawall.lib.container
import data.seawall.lib.workload

outside := workload.outside("no-privilege-escalation")

missing contains reason if some reason in no_new_privileges.missing

deny contains container.finding({"what": "may gain privileges", "what_ja": "が権限を獲得できる", "evidence": found.evidence}) if some found in no_new_privileges.deny

seen contains item if some item in no_new_privileges.seen
