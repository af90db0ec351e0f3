# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Credentials in the environment of the image
# description: >-
#   Variables of an image are readable by everybody who can pull it, and by every process and log
#   of the container.
# related_resources:
#   - https://docs.docker.com/build/building/secrets/
# custom:
#   id: SW-IMG-006
#   aliases: [CIS-DI-0010, AVD-DS-0031, DS-0031, DS031, CIS-DOCKER-4.10, "4.10"]
#   severity: high
#   message: "The variable {name} {why}"
#   remediation: >-
#     Revoke the credential, remove the variable from the image and hand it in when the container
#     starts, best as a mounted secret.
#   ja:
#     title: 環境変数に認証情報がある
#     description: >-
#       イメージの環境変数は、イメージを取得できる人全員と、コンテナー内のすべてのプロセスやログから読める。
#     message: "環境変数 {name} は認証情報を含む（{reason}）"
#     remediation: >-
#       認証情報を失効させ、変数をイメージから取り除き、コンテナーの起動時に（できればシークレットのマウントで）渡す。
package seawall.image.env_secrets

missing contains "the configuration of the image is not known" if not known

known if input.config_known

deny contains {"name": name, "why": "is named like a credential and has a value", "reason": "変数名", "subject": name} if {
	some variable in input.env
	variable.length > 0
	name := variable.name
	named_so(name)
	not name in found
}

deny contains {"name": name, "why": sprintf("holds a secret: %s", [secret.title]), "reason": secret.kind, "subject": name} if {
	some secret in input.secrets.found
	secret.place == "environment"
	name := secret.path
}

found contains secret.path if {
	some secret in input.secrets.found
	secret.place == "environment"
}

named_so(name) if {
	regex.match(`(?i)(^|_)(password|passwd|passphrase|pwd|secret|token|api_?key|access_?key|private_?key|credentials?|auth_?key)($|_)`, name)
	not harmless(name)
}

named_so(name) if {
	regex.match(`(?i)(password|passwd|secret|apikey|accesskey|privatekey)$`, name)
	not harmless(name)
}

# Where a credential is, how long it may be, whether it is asked for, checksums of keys.
harmless(name) if regex.match(`(?i)_(file|path|dir|url|uri|name|ttl|expiry|expires|length|policy|enabled|required|header|type|fingerprint|id|version)$`, name)

harmless(name) if upper(name) in {"GPG_KEY", "PWD", "OLDPWD"}
