# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "apk add keeps its cache"
# description: >-
#   Without --no-cache the index of the packages stays in the layer.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-023
#   aliases:
#     - "DS025"
#     - "AVD-DS-0025"
#     - "DS-0025"
#     - "DL3019"
#     - "DKL-DI-0004"
#   severity: low
#   message: "apk add without --no-cache"
#   remediation: >-
#     Add --no-cache, and take out apk update.
#   ja:
#     title: "apk add がキャッシュを残す"
#     description: "--no-cache がなければ、パッケージの索引がレイヤーに残る。"
#     message: "apk add に --no-cache がない"
#     remediation: "--no-cache を付け、apk update を外す。"
package seawall.dockerfile.apk_cache

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains dockerfile.spot(i.run) if {
	some i in dockerfile.apk_installs
	not dockerfile.has_flag(i.run.command.args, {"--no-cache"})
	not cleaned(i.run.item)
	not dockerfile.mounted(i.run.item, "/var/cache/apk")
	not dockerfile.mounted(i.run.item, "/etc/apk/cache")
	dockerfile.in_image(i.run.stage)
}

cleaned(item) if {
	some command in item.commands
	command.name == "rm"
	some word in command.args
	regex.match("^/var/cache(/apk)?(/|/?\\*|$)", word)
}
