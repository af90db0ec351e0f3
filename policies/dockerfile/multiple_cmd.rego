# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "More than one CMD in a stage"
# description: >-
#   Of several CMD instructions only the last counts; the others mislead the reader.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-009
#   aliases:
#     - "DS016"
#     - "AVD-DS-0016"
#     - "DS-0016"
#     - "DL4003"
#     - "MultipleInstructionsDisallowed"
#   severity: low
#   message: "CMD stands in this stage {n} times; only the last counts"
#   remediation: >-
#     Keep the last CMD.
#   ja:
#     title: "一つのステージに CMD が複数ある"
#     description: "複数の CMD のうち有効なのは最後の一つだけで、ほかは読み手を誤らせる。"
#     message: "このステージに CMD が {n} 回ある。有効なのは最後だけである"
#     remediation: "最後の CMD だけを残す。"
package seawall.dockerfile.multiple_cmd

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.place(found[i]), {"n": count(found)}) if {
	some stage in dockerfile.stages
	found := dockerfile.stage_of(stage, "cmd")
	some i in numbers.range(0, count(found) - 2)
	count(found) > 1
}
