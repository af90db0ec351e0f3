# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: The search path holds folders that others may fill
# description: A program of that name in such a folder is run in place of the right one.
# custom:
#   id: SW-IMG-026
#   aliases: []
#   severity: medium
#   message: "PATH holds {folder}"
#   remediation: Set PATH to absolute folders that only root may write to.
#   ja:
#     title: PATH に他者が書き込めるフォルダーがある
#     description: >-
#       そのフォルダーに同名のプログラムを置けば、本来のプログラムの代わりに実行される。
#     message: "PATH に {folder} が含まれる"
#     remediation: PATH には root だけが書き込める絶対パスのフォルダーだけを指定する。
package seawall.image.search_path

missing contains "the configuration of the image is not known" if not known

known if input.config_known

not_applicable := {"msg": "the image sets no PATH", "ja": "イメージは PATH を設定していない"} if {
	known
	count(folders) == 0
}

folders contains folder if {
	some variable in input.env
	variable.name == "PATH"
	some folder in split(variable.value, ":")
}

deny contains {"folder": shown, "subject": "PATH", "evidence": folder} if {
	some folder in folders
	not startswith(folder, "/")
	not startswith(folder, "$")
	shown := {true: "an empty entry (the working directory)", false: folder}[folder == ""]
}

deny contains {"folder": folder, "subject": "PATH", "evidence": folder} if {
	some folder in folders
	regex.match(`^/(tmp|var/tmp|dev/shm)(/|$)`, folder)
}

deny contains {"folder": folder, "subject": "PATH", "evidence": folder} if {
	some folder in folders
	some file in input.files.writable
	file.folder
	trim(folder, "/") == file.path
}
