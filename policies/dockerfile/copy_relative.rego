# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "COPY to a relative path without WORKDIR"
# description: >-
#   Where the file ends up depends on the WORKDIR of the base image.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-063
#   aliases:
#     - "DL3045"
#   severity: low
#   message: "{cmd} to {target} without a WORKDIR in front"
#   remediation: >-
#     Set WORKDIR first, or write the whole path.
#   ja:
#     title: "WORKDIR なしで相対パスに COPY している"
#     description: "ファイルの置かれる場所がベースイメージの WORKDIR に左右される。"
#     message: "前に WORKDIR がないまま {target} に {cmd} している"
#     remediation: "先に WORKDIR を設定するか、完全なパスを書く。"
package seawall.dockerfile.copy_relative

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.place(x), {"cmd": upper(x.item.Cmd), "target": target}) if {
	some x in dockerfile.all
	x.item.Cmd in {"copy", "add"}
	n := count(x.item.Value)
	n > 1
	target := x.item.expanded[n - 1]
	target != null
	not regex.match("^[\"']?(/|\\\\\\\\|[A-Za-z]:)", target)
	not has_workdir(x)
}

has_workdir(x) if {
	some stage in dockerfile.chain(x.stage)
	some item in stage.Commands
	item.Cmd == "workdir"
	before(item, stage, x)
}

before(_, stage, x) if stage.index < x.stage.index

before(item, stage, x) if {
	stage.index == x.stage.index
	item.StartLine < x.item.StartLine
}
