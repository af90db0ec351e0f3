# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "wget and curl are both used"
# description: >-
#   Two programs for one purpose make the image larger and give twice the flaws to look after.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-033
#   aliases:
#     - "DS014"
#     - "AVD-DS-0014"
#     - "DS-0014"
#     - "DL4001"
#   severity: low
#   message: "{tool} is used, and curl in another place"
#   remediation: >-
#     Use one of the two in all of the stage.
#   ja:
#     title: "wget と curl の両方を使っている"
#     description: "同じ目的に二つのプログラムを入れると、イメージが大きくなり、見張る脆弱性も倍になる。"
#     message: "{tool} を使い、別の所では curl を使っている"
#     remediation: "ステージ全体でどちらか一方にそろえる。"
package seawall.dockerfile.wget_and_curl

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(r), {"tool": "wget"}) if {
	some r in dockerfile.runs_of({"wget"})
	some other in dockerfile.runs_of({"curl"})
	other.stage.index == r.stage.index
}
