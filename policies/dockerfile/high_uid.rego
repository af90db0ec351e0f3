# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "useradd with a high number and without -l"
# description: >-
#   useradd writes a sparse log as large as the highest number; in a layer it takes all that room.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-061
#   aliases:
#     - "DL3046"
#   severity: low
#   message: "useradd with number {uid} and without --no-log-init"
#   remediation: >-
#     Add --no-log-init (-l).
#   ja:
#     title: "大きな番号の useradd に -l がない"
#     description: "useradd は最大の番号に応じた疎なログを書き、レイヤーではその大きさの分だけ場所を取る。"
#     message: "番号 {uid} の useradd に --no-log-init がない"
#     remediation: "--no-log-init（-l）を付ける。"
package seawall.dockerfile.high_uid

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(r), {"uid": uid}) if {
	some r in dockerfile.runs_of({"useradd"})
	some i, arg in r.command.args
	uid := number(r.command.args, i, arg)
	regex.match("^[0-9]{6,}$", uid)
	not dockerfile.has_flag(r.command.args, {"--no-log-init"})
	not dockerfile.has_letter(r.command.args, "l")
}

number(args, i, arg) := args[i + 1] if arg in {"-u", "--uid"}

number(_, _, arg) := substring(arg, 6, -1) if startswith(arg, "--uid=")
