# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "A secret that was mounted is written into the image"
# description: >-
#   A mounted secret is gone after its RUN; a copy of it in a file is not.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-066
#   severity: medium
#   message: "{command} copies /run/secrets into the layer"
#   remediation: >-
#     Use the file where it is mounted.
#   ja:
#     title: "マウントした秘密をイメージに書き出している"
#     description: "マウントした秘密は RUN の後に消えるが、ファイルへの写しは残る。"
#     message: "{command} が /run/secrets をレイヤーに写している"
#     remediation: "マウントされた場所のまま使う。"
package seawall.dockerfile.secret_mount_file

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(r), {"command": r.command.name}) if {
	some r in dockerfile.runs_of({"cp", "mv", "install", "ln"})
	some arg in array.slice(r.command.args, 0, count(r.command.args) - 1)
	startswith(arg, "/run/secrets/")
	r.command.name != "ln"
}

deny contains object.union(dockerfile.spot(r), {"command": r.command.name}) if {
	some r in dockerfile.runs_of({"cat"})
	some arg in r.command.args
	startswith(arg, "/run/secrets/")
	some redirect in r.command.redirects
	redirect.op in {">", ">>"}
	not regex.match("^/(tmp|dev|run)/", redirect.to)
}
