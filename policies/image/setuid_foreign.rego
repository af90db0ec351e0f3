# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Files with setuid, setgid or capabilities that no package brought
# description: >-
#   Distributions look after the few programs that raise rights. One that no package owns was put
#   there by the build, or by somebody else.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-IMG-005
#   aliases: [CIS-DI-0008, CIS-DOCKER-4.8, "4.8"]
#   severity: high
#   message: "{path} ({what}) lets every process gain rights and belongs to no package"
#   remediation: >-
#     Remove the file or its bits. If it is really needed, install it as a package and except this
#     finding.
#   ja:
#     title: パッケージに属さない setuid、setgid、ケーパビリティ付きのファイル
#     description: >-
#       権限を上げる少数のプログラムは配布元が管理している。どのパッケージにも属さないものは、ビルドか第三者が置いたものである。
#     message: >-
#       {path}（{what}）はどのプロセスにも権限を与え、どのパッケージにも属さない
#     remediation: >-
#       ファイルまたはビットを取り除く。本当に必要ならパッケージとして入れ、この検出を例外にする。
package seawall.image.setuid_foreign

import data.seawall.lib.image

missing contains image.files_unknown if not image.files_known

deny contains finding if {
	some file in input.files.privileged
	not file.owned
	finding := {"path": file.path, "what": kind(file), "file": file.path, "layer": file.layer, "subject": file.path, "evidence": file.mode}
}

kind(file) := concat(", ", [word |
	some word in ["setuid", "setgid", "capabilities"]
	file[word]
])
