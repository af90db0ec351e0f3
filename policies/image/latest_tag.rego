# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: The image is named by a tag that moves
# description: >-
#   The tag latest, or none, means another image tomorrow: nobody can say what ran, and a rollback
#   brings back the same thing.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/#pin-base-image-versions
# custom:
#   id: SW-IMG-008
#   aliases: [DKL-DI-0006, AVD-DS-0001, DS-0001, DS001, DL3007]
#   severity: medium
#   message: "{name} is named by the tag latest, or by none"
#   remediation: "Name a version that does not move, or best the digest (name@sha256:...)."
#   ja:
#     title: 動くタグでイメージを指定している
#     description: >-
#       latest タグやタグなしの指定は、明日には別のイメージを指す。何が動いていたか確かめられず、ロールバックもできない。
#     message: "{name} は latest タグまたはタグなしで指定されている"
#     remediation: >-
#       動かないバージョンか、できればダイジェスト（name@sha256:...）で指定する。
package seawall.image.latest_tag

named := {"docker", "docker-daemon", "containerd"}

missing contains "it is not known where the image was read from" if not is_known

is_known if is_string(input.transport)

not_applicable := {
	"msg": "the image is read from a file or folder without a name",
	"ja": "名前のないファイルやフォルダーから読んだイメージ",
} if {
	not input.transport in named
	count(names) == 0
}

names contains name if {
	input.transport in named
	input.repository != ""
	name := concat(":", [part | some part in [input.repository, input.tag]; part != ""])
}

names contains name if {
	not input.transport in named
	input.transport == "docker-archive"
	some name in input.repo_tags
}

deny contains {"name": name, "subject": name} if {
	some name in names
	not contains(object.get(input, "target", ""), "@sha256:")
	every other in names {
		moves(other)
	}
}

moves(name) if endswith(name, ":latest")

moves(name) if not contains(regex.replace(name, `^.*/`, ""), ":")
