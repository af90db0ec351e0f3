# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "A package manager does not check who it talks to"
# description: >-
#   With the check of certificates off, anybody on the way can give another package.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-045
#   aliases:
#     - "CKV2_DOCKER_4"
#     - "CKV2_DOCKER_13"
#     - "CKV2_DOCKER_15"
#   severity: high
#   message: "{tool}: {option} turns the check of certificates off"
#   remediation: >-
#     Take the option out; name the authority of the server instead.
#   ja:
#     title: "パッケージマネージャーが証明書を検証していない"
#     description: "証明書の検証を切ると、経路上の誰でも別のパッケージにすり替えられる。"
#     message: "{tool}: {option} が証明書の検証を切っている"
#     remediation: "オプションを外し、サーバーの認証局を指定する。"
package seawall.dockerfile.tls_package

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(r), {"tool": r.command.name, "option": option}) if {
	some r in dockerfile.runs
	regex.match("^(pip[0-9.]*|python[0-9.]*|uv|pipenv|poetry)$", r.command.name)
	some option in r.command.args
	split(option, "=")[0] in {"--trusted-host", "--allow-insecure-host", "global.trusted-host"}
}

deny contains object.union(dockerfile.spot(r), {"tool": r.command.name, "option": "strict-ssl=false"}) if {
	some r in dockerfile.runs_of({"npm", "yarn", "pnpm"})
	line := lower(concat(" ", r.command.args))
	regex.match("(strict-ssl|strictssl|enablestrictssl)[ =]+\"?(false|0)|--no-strict-ssl", line)
}

deny contains object.union(dockerfile.spot(r), {"tool": "git", "option": "http.sslVerify=false"}) if {
	some r in dockerfile.runs_of({"git"})
	regex.match("(?i)http(\\..*)?\\.sslverify[ =]+\"?(false|0|off|no)", concat(" ", r.command.args))
}

deny contains object.union(dockerfile.spot(r), {"tool": r.command.name, "option": option}) if {
	some r in dockerfile.runs_of({"yum", "dnf", "dnf5", "microdnf", "tdnf", "yum-config-manager"})
	some option in r.command.args
	regex.match("(?i)sslverify=(0|false|no)", option)
}

deny contains object.union(dockerfile.spot(r), {"tool": r.command.name, "option": option}) if {
	some r in dockerfile.runs_of({"apt-get", "apt"})
	some option in r.command.args
	regex.match("(?i)verify-(peer|host)=(\"?)(false|0|no)", option)
}

deny contains object.union(dockerfile.spot(r), {"tool": r.command.name, "option": option}) if {
	some r in dockerfile.runs_of({"gem", "conda", "composer", "go"})
	line := lower(concat(" ", r.command.args))
	some option in {"ssl_verify false", "disable-tls true", "-insecure"}
	contains(line, option)
}
