# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "Several sources, and a target that is no folder"
# description: >-
#   With more than one source the target must be a folder and end with a slash; the builder
#   refuses anything else.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-037
#   aliases:
#     - "DS011"
#     - "AVD-DS-0011"
#     - "DS-0011"
#     - "DL3021"
#   severity: medium
#   message: "{cmd} of {n} sources to {target}, which does not end with a slash"
#   remediation: >-
#     End the target with a slash.
#   ja:
#     title: "複数の元に対して先がフォルダーでない"
#     description: "元が二つ以上あるとき、先はスラッシュで終わるフォルダーでなければならず、そうでなければビルダーが拒む。"
#     message: "{cmd} の元が {n} 個あるのに、先の {target} がスラッシュで終わらない"
#     remediation: "先をスラッシュで終わらせる。"
package seawall.dockerfile.copy_many

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.place(x), {"cmd": upper(x.item.Cmd), "n": n, "target": target}) if {
	some x in dockerfile.all
	x.item.Cmd in {"copy", "add"}
	n := count(x.item.Value) - 1
	n > 1
	target := x.item.expanded[n]
	target != null
	not regex.match("[/\\\\\\\\]$", target)
	target != "."
}
