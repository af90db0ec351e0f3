# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "An exposed port is none"
# description: >-
#   Ports go from 1 to 65535, with tcp, udp or sctp behind a slash.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-014
#   aliases:
#     - "DS008"
#     - "AVD-DS-0008"
#     - "DS-0008"
#     - "DL3011"
#     - "ExposeInvalidFormat"
#   severity: medium
#   message: "EXPOSE {port} names no port"
#   remediation: >-
#     Write a port between 1 and 65535; the address and port of the host belong to the command
#     that runs the image.
#   ja:
#     title: "公開ポートが正しくない"
#     description: "ポートは 1 から 65535 までで、スラッシュの後ろに tcp、udp、sctp を付けられる。"
#     message: "EXPOSE {port} はポートではない"
#     remediation: "1 から 65535 のポートを書く。ホスト側のアドレスとポートは実行するコマンドで指定する。"
package seawall.dockerfile.port_range

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.place(x), {"port": x.item.Value[i]}) if {
	some x in dockerfile.of("expose")
	some i, port in x.item.expanded
	port != null
	not good(lower(port))
}

good(port) if {
	regex.match("^[0-9]{1,5}(-[0-9]{1,5})?(/(tcp|udp|sctp))?$", port)
	every n in split(split(port, "/")[0], "-") {
		to_number(n) >= 1
		to_number(n) <= 65535
	}
}
