# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: A program that changes users is in the image
# description: >-
#   sudo and doas give rights back that the container was meant to run without, and have had flaws
#   of their own.
# custom:
#   id: SW-IMG-020
#   aliases: [DKL-DI-0001, AVD-DS-0010, DS-0010, DS010, DL3004]
#   severity: medium
#   message: "{name} is installed: {path}"
#   remediation: >-
#     Do what needs root in the Dockerfile before the USER instruction and leave the program out;
#     start with gosu or su-exec at most.
#   ja:
#     title: ユーザーを切り替えるプログラムが入っている
#     description: >-
#       sudo や doas は、コンテナーから外したはずの権限を戻す。それ自体にも脆弱性が見つかってきた。
#     message: "{name} が導入されている: {path}"
#     remediation: >-
#       root が要る作業は Dockerfile の USER 命令より前に済ませ、このプログラムは入れない。起動時の切り替えは gosu や su-exec にとどめる。
package seawall.image.sudo

import data.seawall.lib.image

missing contains image.files_unknown if not image.files_known

deny contains {"name": program.name, "path": program.path, "file": program.path, "layer": program.layer, "subject": program.name} if {
	some program in input.files.programs
	program.name in {"sudo", "doas"}
}
