# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "More than one HEALTHCHECK in a stage"
# description: >-
#   Of several HEALTHCHECK instructions only the last counts.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-011
#   aliases:
#     - "DS023"
#     - "AVD-DS-0023"
#     - "DS-0023"
#     - "DL3012"
#     - "MultipleInstructionsDisallowed"
#   severity: low
#   message: "HEALTHCHECK stands in this stage {n} times; only the last counts"
#   remediation: >-
#     Keep the last HEALTHCHECK.
#   ja:
#     title: "一つのステージに HEALTHCHECK が複数ある"
#     description: "複数の HEALTHCHECK のうち有効なのは最後の一つだけである。"
#     message: "このステージに HEALTHCHECK が {n} 回ある。有効なのは最後だけである"
#     remediation: "最後の HEALTHCHECK だけを残す。"
package seawall.dockerfile.multiple_healthcheck

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.place(found[i]), {"n": count(found)}) if {
	some stage in dockerfile.stages
	found := dockerfile.stage_of(stage, "healthcheck")
	some i in numbers.range(0, count(found) - 2)
	count(found) > 1
}
