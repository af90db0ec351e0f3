# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "Package lists are renewed in a RUN of their own"
# description: >-
#   The builder keeps the layer of such a RUN: later installations take packages from lists of
#   long ago, with flaws that were repaired since.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-020
#   aliases:
#     - "DS017"
#     - "AVD-DS-0017"
#     - "DS-0017"
#     - "CKV_DOCKER_5"
#     - "CIS-DI-0007"
#     - "CIS-DOCKER-4.7"
#     - "4.7"
#   severity: medium
#   message: "{tool} {verb} stands alone in its RUN"
#   remediation: >-
#     Put update and install into one RUN.
#   ja:
#     title: "パッケージ一覧の更新だけを行う RUN がある"
#     description: "ビルダーはそのレイヤーを使い回すため、後の導入は昔の一覧からパッケージを取り、修正済みの脆弱性を含むことになる。"
#     message: "{tool} {verb} だけの RUN である"
#     remediation: "update と install を一つの RUN にまとめる。"
package seawall.dockerfile.update_alone

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

updates := {
	"apt-get": {"update"},
	"apt": {"update"},
	"aptitude": {"update"},
	"apk": {"update"},
	"yum": {"makecache", "check-update"},
	"dnf": {"makecache", "check-update"},
	"microdnf": {"makecache"},
	"tdnf": {"makecache"},
	"zypper": {"refresh", "ref"},
	"pacman": {"-Sy", "-Syy"},
}

installs := {
	"install",
	"add",
	"in",
	"upgrade",
	"dist-upgrade",
	"full-upgrade",
	"build-dep",
	"source-install",
	"si",
	"reinstall",
	"groupinstall",
	"localinstall",
	"update",
	"up",
	"patch",
	"dup",
	"source",
	"download",
	"autoremove",
	"swap",
}

deny contains object.union(dockerfile.spot(r), {"tool": r.command.name, "verb": verb}) if {
	some r in dockerfile.runs
	some verb in updates[r.command.name]
	r.command.args[_] == verb
	not installing(r)
	not dockerfile.mounted(r.item, "/var/lib/apt/lists")
	not dockerfile.mounted(r.item, "/var/cache/apk")
}

# Something in the same RUN uses the lists; a script may.
installing(r) if {
	some command in r.item.commands
	not is_update(command)
	some arg in command.args
	arg in installs
}

installing(r) if {
	some command in r.item.commands
	command.name in {"sh", "bash", "make", "python", "python3"}
}

installing(r) if {
	some command in r.item.commands
	regex.match("\\.sh$", command.name)
}

is_update(command) if {
	some verb in updates[command.name]
	some arg in command.args
	arg == verb
}
