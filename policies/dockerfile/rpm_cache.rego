# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "The cache of the package manager stays in the image"
# description: >-
#   Without a clean in the same RUN, packages and metadata stay in the layer for ever.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-022
#   aliases:
#     - "DS015"
#     - "AVD-DS-0015"
#     - "DS-0015"
#     - "DS019"
#     - "AVD-DS-0019"
#     - "DS-0019"
#     - "DS020"
#     - "AVD-DS-0020"
#     - "DS-0020"
#     - "DL3032"
#     - "DL3036"
#     - "DL3040"
#   severity: low
#   message: "{tool} leaves its cache in the layer"
#   remediation: >-
#     End the same RUN with "clean all" of the tool, or mount a cache at /var/cache.
#   ja:
#     title: "パッケージマネージャーのキャッシュがイメージに残る"
#     description: "同じ RUN で clean しなければ、パッケージとメタデータがレイヤーに残り続ける。"
#     message: "{tool} のキャッシュがレイヤーに残る"
#     remediation: "同じ RUN の最後で そのツールの clean all を行うか、/var/cache にキャッシュをマウントする。"
package seawall.dockerfile.rpm_cache

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(i.run), {"tool": i.run.command.name}) if {
	some i in dockerfile.rpm_installs
	not cleaned(i.run)
	not dockerfile.mounted(i.run.item, sprintf("/var/cache/%s", [i.run.command.name]))
	dockerfile.in_image(i.run.stage)
}

cleaned(r) if {
	some command in r.item.commands
	command.name in same(r.command.name)
	some arg in command.args
	arg in {"clean", "cc"}
}

cleaned(r) if {
	some command in r.item.commands
	command.name == "rm"
	some word in command.args
	regex.match("^/var/cache(/|/?\\*|$)", word)
}

same(name) := {"yum", "dnf", "dnf5", "microdnf", "tdnf"} if name != "zypper"

same("zypper") := {"zypper"}
