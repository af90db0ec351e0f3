# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Several accounts share one number
# description: >-
#   The system only knows the number: an account with that of root is root, and accounts that
#   share one own each other's files.
# custom:
#   id: SW-IMG-015
#   aliases: [DKL-LI-0002]
#   severity: medium
#   message: "The accounts {names} share the user number {uid}"
#   remediation: Give each account a number of its own and remove those that nobody needs.
#   ja:
#     title: 複数のアカウントが同じ番号を持つ
#     description: >-
#       システムは番号だけで区別する。root と同じ番号のアカウントは root であり、番号を共有するアカウントは互いのファイルを所有する。
#     message: "アカウント {names} のユーザー番号が {uid} で重複している"
#     remediation: アカウントごとに別の番号を割り当て、不要なものは削除する。
package seawall.image.shared_ids

import data.seawall.lib.image

missing contains image.files_unknown if not input.accounts.known == true

not_applicable := {"msg": "the image has no accounts", "ja": "イメージにアカウントがない"} if {
	input.accounts.known
	not is_array(input.accounts.passwd)
}

deny contains {"names": names, "uid": uid, "file": "etc/passwd", "subject": sprintf("%d", [uid])} if {
	some uid in {account.uid | some account in input.accounts.passwd}
	names := sort([account.name | some account in input.accounts.passwd; account.uid == uid])
	count(names) > 1
}
