# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Containers add only permitted Linux capabilities
# description: >-
#   A capability is a part of the power of root. Each one that is not needed is a way out of the
#   container.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-REC-016
#   aliases: [least-privilege-capabilities, c26596ff-4d70-4e6a-9a30-c2506bd2f80c, CIS-DOCKER-5.4]
#   severity: medium
#   kinds: [container]
#   recommendations: [least-privilege-capabilities]
#   message: "The container {container} {what} {capability}"
#   remediation: >-
#     Drop ALL, add back only what the program needs, and put that on the list of allowed
#     capabilities.
#   fix:
#     by_hand: true
#     command: "docker run --name {subject} --cap-drop ALL --cap-add NET_BIND_SERVICE IMAGE"
#     file: compose.yaml
#     text: "services:\n  SERVICE:\n    cap_drop: [ALL]\n    cap_add: [NET_BIND_SERVICE]"
#     risk: What the program needs and is not added back fails with EPERM.
#   ja:
#     title: Linux ケーパビリティを最小限にする
#     description: >-
#       ケーパビリティは root の権限の一部であり、不要なものはコンテナーから抜け出す手段になる。
#     message: "コンテナー {container} が {capability} を{what_ja}"
#     remediation: >-
#       ALL を外し、プログラムに必要なものだけを戻し、それを許可リストに加える。
#     risk: >-
#       必要なのに戻していないケーパビリティを使う操作は EPERM で失敗する。
package seawall.container.least_capabilities

import data.seawall.lib.container
import data.seawall.lib.settings
import data.seawall.lib.workload

outside := workload.outside("least-privilege-capabilities")

missing := container.no_config(["CapAdd", "CapDrop", "Privileged"])

keys := ["allowedCapabilities", "requiredDropCapabilities"]

plain(names) := {regex.replace(upper(name), "^CAP_", "") | some name in names}

allowed := plain(settings.parameter_or("least-privilege-capabilities", "allowedCapabilities", []))

required := plain(settings.parameter_or("least-privilege-capabilities", "requiredDropCapabilities", []))

added := container.capabilities("CapAdd") | privileged

# A privileged container has all of them.
privileged contains "ALL" if container.value("Privileged", false) == true

dropped := container.capabilities("CapDrop")

excess := added - allowed if not "*" in allowed

excess := set() if "*" in allowed

kept := required - dropped if not "ALL" in dropped

kept := set() if "ALL" in dropped

deny contains container.finding({"what": "adds", "what_ja": "追加している", "capability": name, "evidence": evidence}) if {
	container.known
	workload.judged("least-privilege-capabilities", keys)
	some name in excess
}

deny contains container.finding({"what": "does not drop", "what_ja": "外していない", "capability": name, "evidence": evidence}) if {
	container.known
	some name in kept
}

manual contains workload.decision(concat(", ", sort(added)), concat(", ", sort(added))) if {
	container.known
	workload.undecided("least-privilege-capabilities", keys)
	count(added) > 0
}

evidence := sprintf("CapAdd: %s; CapDrop: %s; Privileged: %v", [
	concat(" ", sort(container.capabilities("CapAdd"))),
	concat(" ", sort(dropped)),
	container.value("Privileged", false),
])

seen contains container.seen(evidence)
