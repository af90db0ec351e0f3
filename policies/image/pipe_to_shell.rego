# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: A script from the network was run unseen
# description: >-
#   What the server sends that day is run as root in the build; nobody sees it, and a broken
#   transfer runs half of it.
# custom:
#   id: SW-IMG-021
#   aliases: [CIS-DI-0011, CIS-DOCKER-4.11, "4.11", DL4006]
#   severity: medium
#   message: "Build step {step} runs what it downloads: {command}"
#   remediation: Download to a file, compare its digest, then run it; or install a package.
#   ja:
#     title: ネットワークから取得したスクリプトをそのまま実行している
#     description: >-
#       その日サーバーが返したものがビルド中に root で実行される。誰も内容を見ておらず、転送が途切れれば途中まで実行される。
#     message: >-
#       ビルド手順 {step} がダウンロードしたものを実行している: {command}
#     remediation: ファイルに保存してダイジェストを照合してから実行するか、パッケージを導入する。
package seawall.image.pipe_to_shell

import data.seawall.lib.image

not_applicable := image.no_history if not image.history_known

deny contains {"step": step.step, "command": step.text, "layer": step.layer, "subject": "RUN", "evidence": step.text} if {
	some step in image.steps
	step.run
	some pattern in patterns
	regex.match(pattern, step.text)
}

patterns := [
	`(^|[\s;&(])(curl|wget)\s[^|;&]*\|\s*(sudo\s+(-\S+\s+)*)?(env\s+(\S+=\S*\s+)*)?(/\S*/)?(ba|da|a|z|k)?sh(\s|$|;|&)`,
	`(^|[\s;&(])(curl|wget)\s[^|;&]*\|\s*(sudo\s+(-\S+\s+)*)?(/\S*/)?(python[0-9.]*|perl|ruby|node|php)(\s+-)?(\s|$|;|&)`,
	`(^|[\s;&(])(ba|da|a|z)?sh\s+(-c\s+)?["']?(<\(|\$\()\s*(curl|wget)\s`,
]
