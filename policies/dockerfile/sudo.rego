# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "RUN uses sudo"
# description: >-
#   RUN starts as the user of the last USER instruction; sudo needs a rule that lets that user
#   become root in the running container, too.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-008
#   aliases:
#     - "DS010"
#     - "AVD-DS-0010"
#     - "DS-0010"
#     - "DL3004"
#     - "CKV2_DOCKER_1"
#     - "DKL-DI-0001"
#   severity: high
#   message: "sudo is used to run {command}"
#   remediation: >-
#     Do what needs root in front of the USER instruction, without sudo.
#   ja:
#     title: "RUN で sudo を使っている"
#     description: "RUN は直前の USER で動く。sudo を使うには、そのユーザーが root になれる設定が要り、それは動作中のコンテナーにも残る。"
#     message: "{command} の実行に sudo を使っている"
#     remediation: "root が要る処理は USER 命令より前に、sudo なしで行う。"
package seawall.dockerfile.sudo

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(r), {"command": r.command.name}) if {
	some r in dockerfile.runs
	some word in r.command.wrappers
	regex.match("(^|/)(sudo|doas)$", word)
}

deny contains object.union(dockerfile.spot(r), {"command": "sudo"}) if {
	some r in dockerfile.runs_of({"sudo", "doas"})
}
