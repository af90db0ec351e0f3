# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "More than one ENTRYPOINT in a stage"
# description: >-
#   Of several ENTRYPOINT instructions only the last counts; the others mislead the reader.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-010
#   aliases:
#     - "DS007"
#     - "AVD-DS-0007"
#     - "DS-0007"
#     - "DL4004"
#     - "MultipleInstructionsDisallowed"
#   severity: medium
#   message: "ENTRYPOINT stands in this stage {n} times; only the last counts"
#   remediation: >-
#     Keep the last ENTRYPOINT.
#   ja:
#     title: "一つのステージに ENTRYPOINT が複数ある"
#     description: "複数の ENTRYPOINT のうち有効なのは最後の一つだけで、ほかは読み手を誤らせる。"
#     message: "このステージに ENTRYPOINT が {n} 回ある。有効なのは最後だけである"
#     remediation: "最後の ENTRYPOINT だけを残す。"
package seawall.dockerfile.multiple_entrypoint

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.place(found[i]), {"n": count(found)}) if {
	some stage in dockerfile.stages
	found := dockerfile.stage_of(stage, "entrypoint")
	some i in numbers.range(0, count(found) - 2)
	count(found) > 1
}
