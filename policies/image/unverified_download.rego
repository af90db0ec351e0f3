# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: The build switches off the checks of a download
# description: >-
#   Without certificates and signatures, whoever is on the way decides what is installed.
# custom:
#   id: SW-IMG-025
#   aliases: [CIS-DI-0011, CIS-DOCKER-4.11, "4.11"]
#   severity: medium
#   message: "Build step {step} does not verify what it downloads: {command}"
#   remediation: >-
#     Add the missing certificate or key to the build instead of switching the check off.
#   ja:
#     title: ダウンロードの検証を無効にしている
#     description: 証明書や署名を確かめなければ、経路上の誰かが導入されるものを決められる。
#     message: "ビルド手順 {step} はダウンロードを検証していない: {command}"
#     remediation: 検証を切る代わりに、足りない証明書や鍵をビルドに追加する。
package seawall.image.unverified_download

import data.seawall.lib.image

not_applicable := image.no_history if not image.history_known

deny contains finding if {
	some command in image.commands
	some pattern in patterns
	regex.match(pattern, command.text)
	finding := {"step": command.step, "command": command.text, "layer": command.layer, "subject": "RUN", "evidence": command.text}
}

patterns := [
	`(^|\s)curl\s(.*\s)?(-[a-zA-Z]*k[a-zA-Z]*|--insecure)(\s|$)`,
	`(^|\s)wget\s(.*\s)?--no-check-certificate(\s|$)`,
	`(^|\s)(apt-get|apt)\s(.*\s)?(--allow-unauthenticated|--force-yes|--allow-insecure-repositories)(\s|$)`,
	`(^|\s)apk\s(.*\s)?--allow-untrusted(\s|$)`,
	`(^|\s)(yum|dnf|microdnf|tdnf)\s(.*\s)?--nogpgcheck(\s|$)`,
	`(^|\s)zypper\s(.*\s)?(--no-gpg-checks|--allow-unsigned-rpm)(\s|$)`,
	`(^|\s)rpm\s(.*\s)?(--nosignature|--nodigest)(\s|$)`,
	`(^|\s)(pip[0-9.]*|python[0-9.]* -m pip)\s(.*\s)?--trusted-host[\s=]`,
	`(^|\s)(npm|yarn|pnpm)\s(.*\s)?(strict-ssl[\s=]+["']?false)`,
	`(^|\s)git\s(.*\s)?http\.sslVerify[\s=]+["']?false`,
	`(^|\s)(NODE_TLS_REJECT_UNAUTHORIZED=["']?0|GIT_SSL_NO_VERIFY=|PYTHONHTTPSVERIFY=["']?0)`,
]
