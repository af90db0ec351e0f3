# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "The image asks for the socket of the engine"
# description: >-
#   Whoever may write to that socket is root on the host.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-050
#   aliases:
#     - "CIS-DOCKER-5.31"
#   severity: high
#   message: "{cmd} names the socket of the engine"
#   remediation: >-
#     Take it out; give the container what it needs through an API with rights of its own.
#   ja:
#     title: "イメージがエンジンのソケットを求めている"
#     description: "そのソケットに書ける者はホストの root になれる。"
#     message: "{cmd} がエンジンのソケットを指している"
#     remediation: "取り除き、必要な機能は権限を絞った API から与える。"
package seawall.dockerfile.docker_socket

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.place(x), {"cmd": upper(x.item.Cmd)}) if {
	some x in dockerfile.all
	x.item.Cmd in {"volume", "run", "cmd", "entrypoint", "env", "add", "copy"}
	regex.match("(docker|containerd|crio|podman)\\.sock\\b", x.item.Original)
}
