# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "A variable turns the check of certificates off"
# description: >-
#   Every process of the image that heeds the variable talks to anybody who answers.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-046
#   aliases:
#     - "CKV2_DOCKER_5"
#     - "CKV2_DOCKER_6"
#     - "CKV2_DOCKER_12"
#     - "CKV2_DOCKER_14"
#     - "CKV2_DOCKER_16"
#   severity: high
#   message: "{name}={value} turns the check of certificates off"
#   remediation: >-
#     Take the variable out; give the authority of the server (NODE_EXTRA_CA_CERTS, SSL_CERT_FILE
#     ...).
#   ja:
#     title: "変数が証明書の検証を切っている"
#     description: "その変数に従うイメージ内のすべてのプロセスが、応答した相手なら誰とでも通信する。"
#     message: "{name}={value} が証明書の検証を切っている"
#     remediation: "変数を外し、サーバーの認証局を指定する（NODE_EXTRA_CA_CERTS、SSL_CERT_FILE など）。"
package seawall.dockerfile.tls_variable

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

off := {
	"NODE_TLS_REJECT_UNAUTHORIZED": {"0"},
	"PYTHONHTTPSVERIFY": {"0"},
	"GIT_SSL_NO_VERIFY": {"1", "true", "yes", "on"},
	"NPM_CONFIG_STRICT_SSL": {"false", "0"},
	"YARN_STRICT_SSL": {"false", "0"},
	"YARN_ENABLE_STRICT_SSL": {"false", "0"},
	"CURL_INSECURE": {"1", "true"},
	"GOINSECURE": {"*"},
	"AWS_CLI_VERIFY_SSL": {"false"},
}

bad(name, value) if {
	some key, values in off
	upper(name) == key
	lower(value) in values
}

bad(name, value) if {
	upper(name) in {"PIP_TRUSTED_HOST", "UV_INSECURE_HOST"}
	value != ""
}

deny contains object.union(dockerfile.place(v.x), {"name": v.name, "value": v.value}) if {
	some v in dockerfile.variables
	v.value != null
	bad(v.name, v.value)
}

deny contains object.union(dockerfile.spot(r), {"name": pair[0], "value": value}) if {
	some r in dockerfile.commands
	some word in array.concat(r.command.assignments, settings(r.command))
	pair := split(word, "=")
	value := trim(concat("=", array.slice(pair, 1, count(pair))), "\"'")
	bad(pair[0], value)
}

settings(command) := array.concat(command.args, command.wrappers) if command.name in {"export", "env"}

settings(command) := command.wrappers if not command.name in {"export", "env"}
