# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "Two stages have the same name"
# description: >-
#   COPY --from and FROM take one of the two; which one the author meant is anybody's guess.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-034
#   aliases:
#     - "DS012"
#     - "AVD-DS-0012"
#     - "DS-0012"
#     - "DL3024"
#     - "CKV_DOCKER_11"
#     - "DuplicateStageName"
#   severity: medium
#   message: "The name {name} is given to an earlier stage as well"
#   remediation: >-
#     Give each stage a name of its own.
#   ja:
#     title: "二つのステージが同じ名前を持つ"
#     description: "COPY --from や FROM はどちらか一方を使うが、作者の意図は分からない。"
#     message: "名前 {name} は前のステージにも付いている"
#     remediation: "ステージごとに異なる名前を付ける。"
package seawall.dockerfile.duplicate_alias

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains {"name": stage.alias, "line": stage.line, "end_line": stage.end_line} if {
	some stage in dockerfile.stages
	stage.alias != ""
	some before in dockerfile.stages
	before.index < stage.index
	lower(before.alias) == lower(stage.alias)
}
