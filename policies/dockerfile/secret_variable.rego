# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "A secret in ENV or ARG"
# description: >-
#   Values of ENV are in the configuration of the image, values of ARG in its history: everybody
#   who can pull the image reads them.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-038
#   aliases:
#     - "DS031"
#     - "AVD-DS-0031"
#     - "DS-0031"
#     - "CIS-DI-0010"
#     - "CIS-DOCKER-4.10"
#     - "4.10"
#     - "SecretsUsedInArgOrEnv"
#   severity: critical
#   message: "{name} holds a secret in {cmd}"
#   remediation: >-
#     Give it to the step that needs it with RUN --mount=type=secret, and to the running container
#     by its engine.
#   ja:
#     title: "ENV または ARG に秘密がある"
#     description: "ENV の値はイメージの設定に、ARG の値は履歴に残り、イメージを取得できる誰もが読める。"
#     message: "{cmd} の {name} に秘密がある"
#     remediation: "必要な手順には RUN --mount=type=secret で渡し、動作中のコンテナーにはエンジンから渡す。"
package seawall.dockerfile.secret_variable

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.blank_place(v.x), {"name": v.name, "cmd": upper(v.x.item.Cmd)}) if {
	some v in dockerfile.variables
	dockerfile.secret_name(v.name)
	holds(v)
}

deny contains object.union(dockerfile.blank_place(v.x), {"name": v.name, "cmd": upper(v.x.item.Cmd)}) if {
	some v in dockerfile.variables
	dockerfile.secret_value(v.value)
}

# ARG without a value asks for one: it is in the history of the image then.
holds(v) if v.x.item.Cmd == "arg"

holds(v) if v.value == null

holds(v) if not lower(v.value) in {"", "true", "false", "yes", "no", "none", "null", "0", "1"}
