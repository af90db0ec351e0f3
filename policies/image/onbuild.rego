# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: The image runs instructions in the builds of others
# description: >-
#   ONBUILD instructions run in every image that is built on this one, where nobody sees them in
#   the Dockerfile.
# related_resources:
#   - https://docs.docker.com/reference/dockerfile/#onbuild
# custom:
#   id: SW-IMG-027
#   aliases: []
#   severity: negligible
#   message: "ONBUILD {instruction}"
#   remediation: >-
#     Remove them, unless the image is meant as a builder; then say so in its name.
#   ja:
#     title: 派生ビルドで命令を実行するイメージである
#     description: >-
#       ONBUILD 命令は、このイメージを元にするすべてのビルドで実行される。その Dockerfile を見ても分からない。
#     message: "ONBUILD {instruction}"
#     remediation: ビルダー用のイメージでない限り取り除く。ビルダー用なら名前で明示する。
package seawall.image.onbuild

missing contains "the configuration of the image is not known" if not known

known if input.config_known

deny contains {"instruction": instruction, "subject": "ONBUILD", "evidence": instruction} if {
	some instruction in input.onbuild
}
