# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Keep the default seccomp profile
# description: >-
#   The default profile takes away about 44 system calls, among them those through which kernels
#   have been taken over.
# related_resources:
#   - https://docs.docker.com/engine/security/seccomp/
# custom:
#   id: SW-DOCKER-5.22
#   aliases: [CIS-DOCKER-5.22]
#   severity: high
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.22", "1.7.0": "5.22", "1.6.0": "5.22", "1.3.1": "5.21", "1.2.0": "5.21"}
#   message: "The container {container} runs without a seccomp profile ({why})"
#   remediation: Remove seccomp=unconfined and --privileged, or name a reviewed profile.
#   ja:
#     title: 既定の seccomp プロファイルを保つ
#     description: >-
#       既定のプロファイルは、カーネルの乗っ取りに使われたものを含む約 44 のシステム コールを取り除く。
#     message: "コンテナー {container} が seccomp プロファイルなしで動く（{why}）"
#     remediation: >-
#       seccomp=unconfined と --privileged を外すか、確認済みのプロファイルを指定する。
package seawall.docker.seccomp

import data.seawall.lib.container
import data.seawall.lib.docker

outside := container.outside

missing := container.no_config(["SecurityOpt", "Privileged"]) | no_default

# The daemon's profile matters where the container names none, unless the process tells.
no_default := {reason |
	container.known
	count(own) == 0
	not docker.given(["process", "seccomp"])
	some reason in container.no_host("seccomp_profile")
}

own := container.values_of("seccomp")

reasons contains "seccomp=unconfined" if {
	count(own) > 0
	own[count(own) - 1] == "unconfined"
}

reasons contains "the profile of the daemon is unconfined" if {
	count(own) == 0
	input.host.seccomp_profile == "unconfined"
}

reasons contains "privileged" if {
	count(own) == 0
	container.value("Privileged", false) == true
}

reasons contains "Seccomp of its first process is 0" if input.process.seccomp == 0

deny contains container.finding({"why": concat(", ", sort(reasons)), "evidence": evidence}) if {
	container.known
	count(reasons) > 0
}

evidence := sprintf("SecurityOpt: %s; Seccomp: %v", [concat(" ", container.value("SecurityOpt", [])), object.get(input, ["process", "seccomp"], "?")])

seen contains container.seen(evidence)
