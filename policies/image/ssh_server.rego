# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: A remote login server is in the image
# description: >-
#   A second way into the container has its own keys, passwords and flaws, and its sessions are in
#   no log of the engine.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-IMG-012
#   aliases: [AVD-DS-0004, DS-0004, DS004, CIS-DOCKER-5.6]
#   severity: high
#   message: "{what}"
#   remediation: >-
#     Remove the server; enter containers with the tools of the engine (docker exec, kubectl
#     exec), which authenticate and record.
#   ja:
#     title: リモートログインのサーバーが入っている
#     description: >-
#       コンテナーへの別の入口は、独自の鍵、パスワード、脆弱性を持ち、エンジンのログにも残らない。
#     message: "{what_ja}"
#     remediation: >-
#       サーバーを取り除く。コンテナーには認証と記録のあるエンジンの機能（docker exec、kubectl exec）で入る。
package seawall.image.ssh_server

import data.seawall.lib.image

servers := {"sshd", "dropbear", "telnetd"}

missing contains image.files_unknown if {
	not image.files_known
	count(deny) == 0
}

deny contains finding if {
	some program in input.files.programs
	program.name in servers
	finding := {
		"what": sprintf("The server %s is installed: %s", [program.name, program.path]),
		"what_ja": sprintf("サーバー %s が導入されている: %s", [program.name, program.path]),
		"file": program.path,
		"layer": program.layer,
		"subject": program.name,
	}
}

deny contains finding if {
	some port in input.exposed_ports
	regex.match(`^(22|23)(/tcp)?$`, port)
	finding := {
		"what": sprintf("The port %s of a remote login is exposed", [port]),
		"what_ja": sprintf("リモートログインのポート %s を公開している", [port]),
		"subject": sprintf("EXPOSE %s", [port]),
	}
}
