# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "A download does not check who it talks to"
# description: >-
#   With the check of certificates off, anybody on the way can give another file.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-044
#   aliases:
#     - "CKV2_DOCKER_2"
#     - "CKV2_DOCKER_3"
#   severity: high
#   message: "{tool} {option} turns the check of certificates off"
#   remediation: >-
#     Take the option out; install ca-certificates, or name the authority of the server.
#   ja:
#     title: "ダウンロード先の証明書を検証していない"
#     description: "証明書の検証を切ると、経路上の誰でも別のファイルにすり替えられる。"
#     message: "{tool} {option} が証明書の検証を切っている"
#     remediation: "オプションを外し、ca-certificates を導入するか、サーバーの認証局を指定する。"
package seawall.dockerfile.tls_download

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(r), {"tool": "curl", "option": option}) if {
	some r in dockerfile.commands
	r.command.name == "curl"
	some option in r.command.args
	insecure(option)
}

insecure(option) if option in {"--insecure", "--proxy-insecure"}

# Letters behind one that takes a value are that value.
insecure(option) if regex.match("^-[^-ACDEFHKPQTUXbcdehmortuwxyzY]*k", option)

deny contains object.union(dockerfile.spot(r), {"tool": "wget", "option": option}) if {
	some r in dockerfile.commands
	r.command.name == "wget"
	some option in r.command.args
	option in {"--no-check-certificate", "--check-certificate=off", "--no-hsts"}
	option != "--no-hsts"
}

deny contains object.union(dockerfile.spot(r), {"tool": r.command.name, "option": option}) if {
	some r in dockerfile.commands
	r.command.name in {"Invoke-WebRequest", "iwr", "Invoke-RestMethod", "irm"}
	some option in r.command.args
	lower(option) == "-skipcertificatecheck"
}
