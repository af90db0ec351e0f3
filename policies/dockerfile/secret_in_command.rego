# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "A secret in a command"
# description: >-
#   A password, token or key in the text of an instruction is in the history of the image and in
#   the repository of the Dockerfile.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-040
#   aliases:
#     - "CIS-DOCKER-4.10"
#     - "4.10"
#     - "CKV2_DOCKER_17"
#   severity: critical
#   message: "A secret stands in the command {command}"
#   remediation: >-
#     Take it out, replace it where it is valid, and use RUN --mount=type=secret.
#   ja:
#     title: "コマンドに秘密が書かれている"
#     description: "命令の文面にあるパスワード、トークン、鍵は、イメージの履歴と Dockerfile のリポジトリーに残る。"
#     message: "コマンド {command} に秘密が書かれている"
#     remediation: "取り除いて失効させ、RUN --mount=type=secret を使う。"
package seawall.dockerfile.secret_in_command

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.blank_place(r), {"command": r.command.name}) if {
	some r in dockerfile.commands
	some word in array.concat(r.command.args, r.command.assignments)
	dockerfile.secret_value(word)
}

deny contains object.union(dockerfile.blank_place(r), {"command": "chpasswd"}) if {
	some r in dockerfile.runs_of({"chpasswd"})
	some other in r.item.commands
	other.name in {"echo", "printf"}
	other.pipeline == r.command.pipeline
	some word in other.args
	regex.match("^[^:$]+:[^$]+", word)
}

deny contains object.union(dockerfile.blank_place(r), {"command": r.command.name}) if {
	some r in dockerfile.runs
	flag := {"sshpass": "-p", "useradd": "-p", "mysql": "--password", "curl": "-u", "wget": "--password"}[r.command.name]
	some i, arg in r.command.args
	value := given(r.command.args, i, arg, flag)
	not contains(value, "$")
	regex.match("[^:]", value)
	needs_colon(flag, value)
}

given(args, i, arg, flag) := args[i + 1] if arg == flag

given(_, _, arg, flag) := substring(arg, count(flag) + 1, -1) if startswith(arg, concat("", [flag, "="]))

needs_colon("-u", value) if regex.match("^[^:]*:.+", value)

needs_colon(flag, _) if flag != "-u"

deny contains object.union(dockerfile.blank_place(r), {"command": r.command.name}) if {
	some r in dockerfile.commands
	some word in r.command.args
	regex.match("(?i)^(proxy-)?authorization: *(bearer|basic|token) +[A-Za-z0-9+/=._-]{8,}$", word)
}
