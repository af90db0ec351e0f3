# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "Packages are installed without a check of their signature"
# description: >-
#   The signature is what tells a package of the distribution from one of anybody.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-047
#   aliases:
#     - "CKV2_DOCKER_7"
#     - "CKV2_DOCKER_8"
#     - "CKV2_DOCKER_9"
#     - "CKV2_DOCKER_10"
#     - "CKV2_DOCKER_11"
#     - "CIS-DI-0011"
#     - "CIS-DOCKER-4.11"
#     - "4.11"
#   severity: high
#   message: "{tool}: {option} turns the check of signatures off"
#   remediation: >-
#     Take the option out and install the key of the repository.
#   ja:
#     title: "パッケージの署名を検証していない"
#     description: "署名だけが、配布元のパッケージと他人のものとを区別する。"
#     message: "{tool}: {option} が署名の検証を切っている"
#     remediation: "オプションを外し、リポジトリーの鍵を導入する。"
package seawall.dockerfile.signature_off

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

options := {
	"apt-get": {"--allow-unauthenticated", "--force-yes", "--allow-insecure-repositories"},
	"apt": {"--allow-unauthenticated", "--force-yes", "--allow-insecure-repositories"},
	"aptitude": {"--allow-untrusted"},
	"apk": {"--allow-untrusted"},
	"yum": {"--nogpgcheck", "--no-gpgchecks"},
	"dnf": {"--nogpgcheck", "--no-gpgchecks"},
	"dnf5": {"--nogpgcheck", "--no-gpgchecks"},
	"microdnf": {"--nogpgcheck"},
	"tdnf": {"--nogpgcheck"},
	"zypper": {"--no-gpg-checks", "--allow-unsigned-rpm", "-G", "--no-gpgcheck"},
	"rpm": {"--nosignature", "--nodigest", "--noverify", "--nofiledigest"},
}

deny contains object.union(dockerfile.spot(r), {"tool": r.command.name, "option": arg}) if {
	some r in dockerfile.runs
	some arg in r.command.args
	arg in options[r.command.name]
}

deny contains object.union(dockerfile.spot(r), {"tool": r.command.name, "option": arg}) if {
	some r in dockerfile.runs
	some arg in r.command.args
	regex.match("(?i)(^|[^a-z])(repo_|localpkg_)?gpgcheck *= *(0|false|no|off)|\\btrusted *= *yes\\b|AllowUnauthenticated[\"= ]+(1|true|yes)|AllowInsecureRepositories[\"= ]+(1|true|yes)", arg)
}

deny contains object.union(dockerfile.place(x), {"tool": x.item.Cmd, "option": line}) if {
	some x in dockerfile.all
	some doc in x.item.heredocs
	some line in split(doc.body, "\n")
	regex.match("(?i)^ *(repo_)?gpgcheck *= *(0|false|no)|^ *deb .*\\btrusted *= *yes", line)
}
