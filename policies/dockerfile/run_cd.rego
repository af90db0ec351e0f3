# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "RUN changes the folder with cd"
# description: >-
#   The folder that cd chooses is forgotten at the end of the RUN. WORKDIR says it once for all
#   that follow, and makes the folder.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-015
#   aliases:
#     - "DS013"
#     - "AVD-DS-0013"
#     - "DS-0013"
#     - "DL3003"
#   severity: low
#   message: "cd to {folder} in place of WORKDIR"
#   remediation: >-
#     Put WORKDIR in front of the RUN.
#   ja:
#     title: "RUN の中で cd している"
#     description: "cd で移ったフォルダーは RUN の終わりで忘れられる。WORKDIR なら以後のすべてに効き、フォルダーも作られる。"
#     message: "WORKDIR の代わりに {folder} へ cd している"
#     remediation: "RUN の前に WORKDIR を置く。"
package seawall.dockerfile.run_cd

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

# The first command of a RUN: what is built in a folder for one step only may go there.
deny contains object.union(dockerfile.spot({"item": x.item, "command": command}), {"folder": command.args[0]}) if {
	some x in dockerfile.all
	x.item.Cmd == "run"
	command := x.item.commands[0]
	command.name == "cd"
	command.depth == 0
}
