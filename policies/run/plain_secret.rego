# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: A secret stands in the file in plain text
# description: >-
#   Who can read the file, its history or the container's configuration has the secret: it goes into
#   repositories, backups and logs, and cannot be changed without all of them.
# related_resources:
#   - https://docs.docker.com/compose/how-tos/use-secrets/
# custom:
#   id: SW-RUN-001
#   aliases: [plain-secret-in-run-file]
#   severity: high
#   kinds: [container]
#   message: "The container {container} has {what} in plain text: {where} {name}{shown}"
#   remediation: >-
#     Hand it in as a secret (secrets: of Compose, NAME_FILE=/run/secrets/NAME), or by a variable
#     that the file does not define; then change the secret.
#   ja:
#     title: ファイルに秘密が平文で書かれている
#     description: >-
#       ファイル、その履歴、コンテナーの設定を読める者はみな秘密を得る。リポジトリ、バックアップ、ログに残り、すべてを直さなければ変えられない。
#     message: "コンテナー {container} に{what_ja}が平文で書かれている: {where_ja} {name}{shown}"
#     remediation: >-
#       シークレット（Compose の secrets:、NAME_FILE=/run/secrets/NAME）、またはファイルで定義しない変数で渡し、その後で秘密を変える。
package seawall.run.plain_secret

import data.seawall.lib.container
import data.seawall.lib.docker
import data.seawall.lib.dockerfile

missing contains docker.unread("texts") if {
	some entry in input.not_read
	entry.what == "texts"
}

places := {
	"environment": {"en": "environment variable", "ja": "環境変数"},
	"build_arg": {"en": "build argument", "ja": "ビルド引数"},
	"label": {"en": "label", "ja": "ラベル"},
	"command": {"en": "command line", "ja": "コマンド ライン"},
	"argument": {"en": "argument", "ja": "引数"},
	"log_option": {"en": "option of the log driver", "ja": "ログ ドライバーのオプション"},
}

at(text, rest) := object.union(
	{
		"container": container.name,
		"subject": text.name,
		"name": text.name,
		"where": places[text.where].en,
		"where_ja": places[text.where].ja,
		"file": text.file,
		"line": text.line,
		"evidence": sprintf("%s %s", [text.where, text.name]),
	},
	rest,
)

# By what it looks like.
deny contains at(text, {"what": secret.title, "what_ja": secret.title_ja, "shown": beginning(secret.shown)}) if {
	some text in input.texts
	some secret in text.secrets
}

# By its name, where it has a value.
deny contains at(text, {"what": "a secret", "what_ja": "秘密", "shown": ""}) if {
	some text in input.texts
	text.where != "command"
	text.holds
	count(text.secrets) == 0
	dockerfile.secret_name(text.name)
	not found_in_line(text)
}

# What was found in the whole command is not told again for the argument.
found_in_line(text) if {
	text.where == "argument"
	some other in input.texts
	other.where == "command"
	other.line == text.line
	count(other.secrets) > 0
}

beginning(shown) := "" if shown == ""

beginning(shown) := sprintf(" (%s***)", [shown]) if shown != ""

seen contains container.seen(sprintf("texts: %d", [count(input.texts)]))
