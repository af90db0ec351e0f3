# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "The package lists of apt stay in the image"
# description: >-
#   What apt-get update fetches stays in the layer of this RUN; a later RUN cannot make the image
#   smaller, and old lists hide that packages are outdated.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-019
#   aliases:
#     - "DL3009"
#     - "DKL-DI-0005"
#   severity: low
#   message: "apt-get update leaves /var/lib/apt/lists in the layer"
#   remediation: >-
#     End the same RUN with rm -rf /var/lib/apt/lists/*, or mount a cache there.
#   ja:
#     title: "apt のパッケージ一覧がイメージに残る"
#     description: "apt-get update で取得した一覧はこの RUN のレイヤーに残る。後の RUN では小さくできず、古い一覧はパッケージの古さを隠す。"
#     message: "apt-get update の /var/lib/apt/lists がレイヤーに残る"
#     remediation: "同じ RUN の最後で rm -rf /var/lib/apt/lists/* を行うか、そこにキャッシュをマウントする。"
package seawall.dockerfile.apt_lists

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains dockerfile.spot(r) if {
	some r in dockerfile.runs_of({"apt-get", "apt", "aptitude"})
	dockerfile.positional(r.command.args, dockerfile.apt_takes)[0] in {"update"}
	not cleaned(r.item)
	not dockerfile.mounted(r.item, "/var/lib/apt/lists")
	dockerfile.in_image(r.stage)
}

cleaned(item) if {
	some command in item.commands
	command.name in {"rm", "find"}
	some word in command.args
	regex.match("^/var/lib/apt(/lists)?(/|/?\\*|$)|^/var/lib/\\*$", word)
}

# Layers of a stage that nothing builds on do not go into the image.
