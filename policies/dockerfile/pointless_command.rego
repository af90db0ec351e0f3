# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "A command that has no sense in a build"
# description: >-
#   Such a command is about a running machine; in a build it does nothing that lasts, or leads to
#   packages that the image does not need.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-059
#   aliases:
#     - "DL3001"
#   severity: low
#   message: "{command} has no sense in a build"
#   remediation: >-
#     Take it out.
#   ja:
#     title: "ビルドで意味のないコマンド"
#     description: "動作中のマシンのためのコマンドで、ビルドでは効果が残らないか、不要なパッケージを招く。"
#     message: "{command} はビルドでは意味がない"
#     remediation: "取り除く。"
package seawall.dockerfile.pointless_command

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(r), {"command": r.command.name}) if {
	some r in dockerfile.runs_of({
		"ssh",
		"vim",
		"vi",
		"nano",
		"shutdown",
		"reboot",
		"halt",
		"service",
		"systemctl",
		"ps",
		"free",
		"top",
		"htop",
		"kill",
		"killall",
		"mount",
		"umount",
		"ifconfig",
		"iptables",
		"su",
		"screen",
		"tmux",
	})
	not harmless(r.command)
}

# Links and files only, no running system.
harmless(command) if {
	command.name == "systemctl"
	some arg in command.args
	arg in {"enable", "disable", "mask", "set-default", "--root", "unmask", "preset"}
}

harmless(command) if {
	command.name in {"su"}
	some arg in command.args
	arg in {"-c", "--command"}
}
