# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "apt-get installs recommended packages"
# description: >-
#   Recommended packages are not needed; each one makes the image larger and brings flaws of its
#   own.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-018
#   aliases:
#     - "DS029"
#     - "AVD-DS-0029"
#     - "DS-0029"
#     - "DL3015"
#     - "CIS-DOCKER-4.3"
#     - "4.3"
#   severity: low
#   message: "{tool} install without --no-install-recommends"
#   remediation: >-
#     Add --no-install-recommends to the command.
#   ja:
#     title: "apt-get が推奨パッケージも導入する"
#     description: "推奨パッケージは必須ではない。一つごとにイメージが大きくなり、脆弱性も増える。"
#     message: "{tool} install に --no-install-recommends がない"
#     remediation: "コマンドに --no-install-recommends を付ける。"
package seawall.dockerfile.apt_recommends

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(i.run), {"tool": i.run.command.name}) if {
	some i in dockerfile.apt_installs
	not dockerfile.has_flag(i.run.command.args, {"--no-install-recommends"})
	not regex.match("(?i)apt::install-recommends[= \"]+(0|false|no)", concat(" ", i.run.command.args))
	not configured(i.run)
}

configured(r) if {
	some before in dockerfile.all
	before.item.StartLine <= r.item.StartLine
	regex.match("(?i)apt::install-recommends[= \"\\\\\\\\]+(0|false|no)", before.item.Original)
}
