# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Use SELinux labels
# description: >-
#   Labels keep a process that breaks out of a container from the files of the host and of other
#   containers.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-5.3
#   aliases: [CIS-DOCKER-5.3]
#   severity: medium
#   kinds: [container]
#   benchmark:
#     level: 2
#     mode: auto
#     numbers: {"1.8.0": "5.3", "1.7.0": "5.3", "1.6.0": "5.3", "1.3.1": "5.2", "1.2.0": "5.2"}
#   message: "The container {container} runs without an SELinux label ({why})"
#   remediation: Run the daemon with selinux-enabled, and remove label=disable from the container.
#   ja:
#     title: SELinux ラベルを使う
#     description: >-
#       ラベルは、コンテナーを抜け出したプロセスをホストや他のコンテナーのファイルから遠ざける。
#     message: "コンテナー {container} が SELinux ラベルなしで動く（{why}）"
#     remediation: >-
#       デーモンを selinux-enabled で動かし、コンテナーから label=disable を外す。
package seawall.docker.selinux

import data.seawall.lib.container
import data.seawall.lib.docker

outside := container.outside

outside := {"msg": "SELinux is not enabled on the host", "ja": "ホストで SELinux が有効でない"} if {
	not container.outside
	input.host.selinux == "disabled"
}

outside := {"msg": "nobody knows yet whether the host has SELinux", "ja": "ホストに SELinux があるかまだ分からない"} if {
	not container.outside
	container.offline
	not docker.given(["host", "selinux"])
	not disabled
}

missing := container.no_values(["SecurityOpt"]) | container.no_host("selinux")

labels := container.values_of("label")

disabled if "disable" in labels

disabled if "disable" in container.value("SecurityOpt", [])

labelled if {
	some label in labels
	label != "disable"
}

labelled if {
	input.inspect.ProcessLabel != ""
	input.inspect.MountLabel != ""
}

why := "label=disable" if disabled

why := "ProcessLabel or MountLabel is empty" if not disabled

deny contains container.finding({"why": why, "evidence": evidence}) if {
	container.known
	disabled
}

deny contains container.finding({"why": why, "evidence": evidence}) if {
	container.known
	not disabled
	not labelled
}

evidence := sprintf("SecurityOpt: %s; ProcessLabel: %s; MountLabel: %s", [
	concat(" ", container.value("SecurityOpt", [])),
	object.get(input, ["inspect", "ProcessLabel"], ""),
	object.get(input, ["inspect", "MountLabel"], ""),
])

seen contains container.seen(evidence)
