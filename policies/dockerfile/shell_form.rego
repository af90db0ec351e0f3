# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "CMD or ENTRYPOINT in shell form"
# description: >-
#   In shell form a shell is process 1: signals do not reach the program, and the container is
#   killed in place of being stopped.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-055
#   aliases:
#     - "DL3025"
#     - "JSONArgsRecommended"
#   severity: low
#   message: "{cmd} is in shell form"
#   remediation: >-
#     Write a list: CMD ["program", "argument"].
#   ja:
#     title: "CMD や ENTRYPOINT がシェル形式"
#     description: "シェル形式ではプロセス 1 がシェルになり、シグナルがプログラムに届かず、コンテナーは停止ではなく強制終了される。"
#     message: "{cmd} がシェル形式である"
#     remediation: "リストで書く（CMD [\"program\", \"argument\"]）。"
package seawall.dockerfile.shell_form

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.place(x), {"cmd": upper(x.item.Cmd)}) if {
	some x in dockerfile.all
	x.item.Cmd in {"cmd", "entrypoint"}
	not x.item.JSON
	count(x.item.Value) > 0

	# exec hands process 1 on.
	not regex.match("^\\s*exec\\s", x.item.Value[0])
	not own_shell(x)
}

own_shell(x) if {
	some item in dockerfile.stages[x.stage.index].Commands
	item.Cmd == "shell"
	item.StartLine < x.item.StartLine
}
