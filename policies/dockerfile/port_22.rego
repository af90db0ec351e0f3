# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "The port of SSH is exposed"
# description: >-
#   A container is entered through its engine. A secure shell server in it is one more door, with
#   keys of its own to look after.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-013
#   aliases:
#     - "DS004"
#     - "AVD-DS-0004"
#     - "DS-0004"
#     - "CKV_DOCKER_1"
#   severity: medium
#   message: "Port {port} is exposed"
#   remediation: >-
#     Take the port out of EXPOSE, and the server out of the image.
#   ja:
#     title: "SSH のポートを公開している"
#     description: "コンテナーにはエンジンを通じて入る。SSH サーバーを置けば、鍵の管理が要る扉がもう一つ増える。"
#     message: "ポート {port} を公開している"
#     remediation: "EXPOSE からこのポートを外し、サーバーもイメージから外す。"
package seawall.dockerfile.port_22

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.place(x), {"port": port}) if {
	some x in dockerfile.of("expose")
	some port in x.item.expanded
	regex.match("^0*22(/tcp)?$", lower(port))
}

deny contains object.union(dockerfile.place(x), {"port": "22"}) if {
	some x in dockerfile.of("expose")
	some port in x.item.expanded
	regex.match("^[0-9]+-[0-9]+", port)
	ends := [to_number(n) | some n in split(split(port, "/")[0], "-")]
	ends[0] <= 22
	ends[1] >= 22
}
