# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "COPY takes files from a stage that is not there"
# description: >-
#   A stage is known from its FROM on. Any other name is taken for an image of a registry, which
#   may belong to a stranger.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-036
#   aliases:
#     - "DL3022"
#   severity: medium
#   message: "--from={name} names no stage in front of it"
#   remediation: >-
#     Correct the name, or write the whole image with its tag.
#   ja:
#     title: "存在しないステージから写している"
#     description: "ステージ名はその FROM 以降で有効になる。ほかの名前はレジストリーのイメージと見なされ、それは他人のものかもしれない。"
#     message: "--from={name} より前にその名前のステージがない"
#     remediation: "名前を直すか、イメージ名をタグ付きで全部書く。"
package seawall.dockerfile.unknown_stage

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

sources contains {"x": x, "name": substring(flag, 7, -1)} if {
	some x in dockerfile.of("copy")
	some flag in x.item.Flags
	startswith(flag, "--from=")
}

sources contains {"x": x, "name": options.from} if {
	some x in dockerfile.of("run")
	some options in dockerfile.mount_options(x.item)
}

deny contains object.union(dockerfile.place(source.x), {"name": source.name}) if {
	some source in sources
	not regex.match("[:/@$.]", source.name)
	not known(source.name, source.x.stage)
}

known(name, stage) if {
	some before in dockerfile.stages
	before.index <= stage.index
	before.alias != ""
	lower(before.alias) == lower(name)
}

known(name, stage) if {
	regex.match("^[0-9]+$", name)
	to_number(name) <= stage.index
}

known(name, _) if name == "scratch"
