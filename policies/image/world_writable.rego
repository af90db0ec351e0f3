# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Everybody may write to files of the image
# description: >-
#   A process without rights can change what another one reads or runs, and so take it over.
# custom:
#   id: SW-IMG-016
#   aliases: []
#   severity: medium
#   message: "{path} ({mode}) may be changed by every process"
#   remediation: >-
#     Give it an owner and remove the right (chmod o-w); folders that all share need the sticky
#     bit (chmod 1777).
#   ja:
#     title: 誰でも書き込めるファイルがある
#     description: >-
#       権限のないプロセスでも、ほかのプロセスが読み込み実行するものを書き換え、乗っ取ることができる。
#     message: "{path}（{mode}）はどのプロセスからも変更できる"
#     remediation: >-
#       所有者を決めて書き込み権を外す（chmod o-w）。共用フォルダーには sticky ビットを付ける（chmod 1777）。
package seawall.image.world_writable

import data.seawall.lib.image

missing contains image.files_unknown if not image.files_known

deny contains finding if {
	some file in input.files.writable
	finding := {"path": file.path, "mode": file.mode, "file": file.path, "layer": file.layer, "subject": file.path, "evidence": file.mode}
}
