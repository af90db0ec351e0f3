# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "COPY takes files from its own stage"
# description: >-
#   A stage cannot copy from itself; the builder refuses it.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-035
#   aliases:
#     - "DS006"
#     - "AVD-DS-0006"
#     - "DS-0006"
#     - "DL3023"
#   severity: medium
#   message: "COPY --from={name} names its own stage"
#   remediation: >-
#     Name another stage, or drop --from.
#   ja:
#     title: "COPY が自分のステージから取っている"
#     description: "ステージは自分自身からは写せず、ビルダーが拒む。"
#     message: "COPY --from={name} は自分のステージを指している"
#     remediation: "別のステージを指定するか、--from を外す。"
package seawall.dockerfile.copy_from_self

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.place(x), {"name": name}) if {
	some x in dockerfile.of("copy")
	some flag in x.item.Flags
	startswith(flag, "--from=")
	name := substring(flag, 7, -1)
	own(name, x.stage)
}

own(name, stage) if {
	stage.alias != ""
	lower(name) == lower(stage.alias)
}

own(name, stage) if name == sprintf("%d", [stage.index])
