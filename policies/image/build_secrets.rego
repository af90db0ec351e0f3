# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Credentials in the build history, labels or commands
# description: >-
#   Build arguments, commands and labels stay in the configuration of the image, where everybody
#   who can pull it reads them.
# related_resources:
#   - https://docs.docker.com/build/building/secrets/
# custom:
#   id: SW-IMG-007
#   aliases: [CIS-DI-0010, AVD-DS-0031, DS-0031, DS031, CIS-DOCKER-4.10, "4.10"]
#   severity: high
#   message: "{where} holds {what}"
#   remediation: >-
#     Revoke the credential. Hand it to the build with a secret mount (RUN --mount=type=secret),
#     never as ARG, ENV or LABEL.
#   ja:
#     title: ビルド履歴、ラベル、コマンドに認証情報がある
#     description: ビルド引数、コマンド、ラベルはイメージの設定に残り、取得できる人全員が読める。
#     message: "{where} に認証情報（{what}）がある"
#     remediation: >-
#       認証情報を失効させる。ビルドには ARG、ENV、LABEL ではなくシークレットのマウント（RUN --mount=type=secret）で渡す。
package seawall.image.build_secrets

import data.seawall.lib.image

missing contains "the configuration of the image was not searched for secrets" if not searched_all

searched_all if input.secrets.configuration

not_applicable := image.no_history if {
	not image.history_known
	count(input.secrets.found) == 0
}

deny contains {"where": where, "what": secret.title, "subject": where, "layer": object.get(secret, "layer", -1)} if {
	some secret in input.secrets.found
	secret.place in {"history", "label", "command"}
	where := concat(" ", [names[secret.place], secret.path])
}

names := {"history": "build step", "label": "label", "command": "command"}

# "|2 TOKEN=*** VERSION=1 /bin/sh -c": arguments that a step was given.
deny contains {"where": where, "what": sprintf("the build argument %s", [name]), "subject": where, "layer": entry.layer} if {
	some entry in input.history
	some list in regex.find_n(`\|[0-9]+ .*?/bin/`, entry.created_by, 1)
	some pair in regex.find_n(`[A-Za-z_][A-Za-z0-9_]*=\S+`, list, -1)
	name := split(pair, "=")[0]
	regex.match(`(?i)(password|passwd|secret|token|api_?key|access_?key|private_?key|credential)`, name)
	where := sprintf("build step %d", [entry.step])
	not where in searched
}

searched contains sprintf("build step %s", [secret.path]) if {
	some secret in input.secrets.found
	secret.place == "history"
}
