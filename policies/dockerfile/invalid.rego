# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "The builder refuses the file, or reads it otherwise than it looks"
# description: >-
#   An instruction that is unknown, incomplete or out of place. What follows from it could not be
#   judged.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-056
#   aliases:
#     - "DL3061"
#   severity: medium
#   message: "{reason}: {subject}"
#   remediation: >-
#     Correct the instruction.
#   ja:
#     title: "ビルダーが拒むか、見た目と違う読み方をする"
#     description: "未知の命令、不完全な命令、場所の違う命令がある。そこから先は判定できなかった。"
#     message: "{reason}: {subject}"
#     remediation: "命令を直す。"
package seawall.dockerfile.invalid

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains {"reason": p.reason, "subject": p.subject, "line": p.line, "end_line": p.end_line} if {
	some p in input.problems
	p.reason != "empty line inside of an instruction"
}
