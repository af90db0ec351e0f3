# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "apt is used in place of apt-get"
# description: >-
#   apt is made for people at a terminal; its options and output change without notice.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-032
#   aliases:
#     - "DL3027"
#     - "CKV_DOCKER_9"
#   severity: low
#   message: "apt {verb} in place of apt-get"
#   remediation: >-
#     Write apt-get or apt-cache.
#   ja:
#     title: "apt-get の代わりに apt を使っている"
#     description: "apt は端末で人が使うためのもので、オプションや出力が予告なく変わる。"
#     message: "apt-get の代わりに apt {verb} を使っている"
#     remediation: "apt-get または apt-cache と書く。"
package seawall.dockerfile.apt_command

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(r), {"verb": verb}) if {
	some r in dockerfile.runs_of({"apt"})
	verb := dockerfile.positional(r.command.args, dockerfile.apt_takes)[0]
}
