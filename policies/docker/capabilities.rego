# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Limit kernel capabilities
# description: >-
#   Each capability is a piece of the power of root. What the default set lacks is there to change
#   the kernel, the network or other processes.
# related_resources:
#   - https://docs.docker.com/engine/security/#linux-kernel-capabilities
# custom:
#   id: SW-DOCKER-5.4
#   aliases: [CIS-DOCKER-5.4]
#   severity: high
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.4", "1.7.0": "5.4", "1.6.0": "5.4", "1.3.1": "5.3", "1.2.0": "5.3"}
#   recommendations: [least-privilege-capabilities]
#   message: "The container {container} has more capabilities than the default: {capability}"
#   remediation: Drop all capabilities (--cap-drop=ALL) and add back only what the program needs.
#   ja:
#     title: カーネル ケーパビリティを制限する
#     description: >-
#       各ケーパビリティは root の力の一部である。既定の集合にないものは、カーネル、ネットワーク、他のプロセスを変えるためのものである。
#     message: "コンテナー {container} に既定を超えるケーパビリティがある: {capability}"
#     remediation: >-
#       すべて外し（--cap-drop=ALL）、プログラムに必要なものだけを戻す。
package seawall.docker.capabilities

import data.seawall.lib.container

outside := container.outside

missing := container.no_config(["CapAdd", "CapDrop"])

default_set := {
	"AUDIT_WRITE",
	"CHOWN",
	"DAC_OVERRIDE",
	"FOWNER",
	"FSETID",
	"KILL",
	"MKNOD",
	"NET_BIND_SERVICE",
	"NET_RAW",
	"SETFCAP",
	"SETGID",
	"SETPCAP",
	"SETUID",
	"SYS_CHROOT",
}

added := container.capabilities("CapAdd")

dropped := container.capabilities("CapDrop")

deny contains container.finding({"capability": name, "evidence": evidence}) if {
	container.known
	some name in added - default_set
}

deny contains container.finding({"capability": "NET_RAW", "evidence": evidence}) if {
	container.known
	data.settings.strict_capabilities == true
	not net_raw_dropped
}

net_raw_dropped if {
	"NET_RAW" in dropped
	not "NET_RAW" in added
}

net_raw_dropped if {
	"ALL" in dropped
	not "NET_RAW" in added
	not "ALL" in added
}

evidence := sprintf("CapAdd: %s; CapDrop: %s", [concat(" ", sort(added)), concat(" ", sort(dropped))])

seen contains container.seen(evidence)
