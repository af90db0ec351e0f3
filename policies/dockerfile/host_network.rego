# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "A RUN uses the network of the host"
# description: >-
#   RUN --network=host reaches what listens on the loopback of the machine that builds.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-049
#   severity: medium
#   message: "RUN --network=host"
#   remediation: >-
#     Take the option out.
#   ja:
#     title: "RUN がホストのネットワークを使っている"
#     description: "RUN --network=host は、ビルドするマシンのループバックで待ち受けるものに届く。"
#     message: "RUN --network=host を使っている"
#     remediation: "オプションを外す。"
package seawall.dockerfile.host_network

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains dockerfile.place(x) if {
	some x in dockerfile.of("run")
	"--network=host" in x.item.Flags
}
