# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "Commands that could not be looked at"
# description: >-
#   Commands for a shell that is not known here, or nested too deep, were not judged.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-058
#   severity: low
#   message: "The commands of this RUN could not be read"
#   remediation: >-
#     Look at them by hand.
#   ja:
#     title: "調べられなかったコマンドがある"
#     description: "未知のシェル向けのコマンドや、深すぎる入れ子のコマンドは判定していない。"
#     message: "この RUN のコマンドは読み取れなかった"
#     remediation: "人が確認する。"
package seawall.dockerfile.unread_commands

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

manual contains dockerfile.place(x) if {
	some x in dockerfile.of("run")
	x.item.incomplete
}
