# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "A secret is passed to RUN by ARG"
# description: >-
#   The values of all ARGs are kept with each RUN in the history of the image, and the command
#   line can be seen while it runs.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-039
#   aliases:
#     - "CIS-DOCKER-4.10"
#     - "4.10"
#   severity: high
#   message: "The secret {name} of an ARG is used in RUN"
#   remediation: >-
#     Use RUN --mount=type=secret,id=... and read /run/secrets/...
#   ja:
#     title: "秘密を ARG で RUN に渡している"
#     description: "ARG の値は RUN ごとにイメージの履歴に残り、実行中はコマンドラインも見える。"
#     message: "ARG の秘密 {name} を RUN で使っている"
#     remediation: "RUN --mount=type=secret,id=... を使い、/run/secrets/... を読む。"
package seawall.dockerfile.secret_in_run

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.blank_place(x), {"name": name}) if {
	some name in {v.name |
		some v in dockerfile.variables
		v.x.item.Cmd == "arg"
		dockerfile.secret_name(v.name)
	}
	some x in dockerfile.all
	x.item.Cmd == "run"
	regex.match(sprintf("\\$(%s([^A-Za-z0-9_]|$)|\\{%s[^A-Za-z0-9_])", [name, name]), x.item.Value[0])
}
