# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: An account without a password
# description: >-
#   Whoever reaches a login, su or sudo in the container becomes this account without knowing
#   anything.
# custom:
#   id: SW-IMG-014
#   aliases: [DKL-LI-0001]
#   severity: critical
#   message: "The account {name} needs no password"
#   remediation: "Lock the account (passwd -l, usermod -p \"!\") or remove it."
#   ja:
#     title: パスワードのないアカウントがある
#     description: >-
#       コンテナー内のログイン、su、sudo に届いた者は、何も知らなくてもこのアカウントになれる。
#     message: "アカウント {name} にはパスワードが要らない"
#     remediation: >-
#       アカウントをロックする（passwd -l、usermod -p "!"）か、削除する。
package seawall.image.empty_password

import data.seawall.lib.image

missing contains image.files_unknown if not input.accounts.known == true

not_applicable := {"msg": "the image has no accounts", "ja": "イメージにアカウントがない"} if {
	input.accounts.known
	not is_array(input.accounts.passwd)
	not is_array(input.accounts.shadow)
}

deny contains {"name": account.name, "file": "etc/passwd", "subject": account.name} if {
	some account in input.accounts.passwd
	account.password == "empty"
}

deny contains {"name": account.name, "file": "etc/shadow", "subject": account.name} if {
	some account in input.accounts.shadow
	account.password == "empty"
	not elsewhere(account.name)
}

# An entry of etc/passwd that does not point to etc/shadow counts instead of it.
elsewhere(name) if {
	some account in input.accounts.passwd
	account.name == name
	account.password != "shadow"
}
