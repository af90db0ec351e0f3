# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "An empty line inside of an instruction"
# description: >-
#   Builders will take the empty line as the end of the instruction.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-057
#   aliases:
#     - "NoEmptyContinuation"
#   severity: low
#   message: "An empty line in the middle of the instruction"
#   remediation: >-
#     Take the empty line out, or begin it with #.
#   ja:
#     title: "命令の途中に空行がある"
#     description: "ビルダーはいずれ空行を命令の終わりと見なす。"
#     message: "命令の途中に空行がある"
#     remediation: "空行を取り除くか、# で始める。"
package seawall.dockerfile.empty_continuation

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains {"line": p.line, "end_line": p.end_line} if {
	some p in input.problems
	p.reason == "empty line inside of an instruction"
}
