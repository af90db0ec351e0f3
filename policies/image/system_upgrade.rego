# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: The build upgrades the whole system
# description: >-
#   An upgrade while building depends on the day: the same Dockerfile gives another image, and
#   nobody reviewed what came in. The new files lie on top of the old ones, which stay in the
#   image.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-IMG-010
#   aliases: [DKL-DI-0003, AVD-DS-0024, DS-0024, DS024, DL3005, DL3017, DL3031, DL3034]
#   severity: low
#   message: "Build step {step} upgrades the system: {command}"
#   remediation: >-
#     Take a newer base image, pinned by digest, and install named packages with their versions.
#   ja:
#     title: ビルドでシステム全体を更新している
#     description: >-
#       ビルド時の更新は実行日に左右される。同じ Dockerfile から別のイメージができ、入った内容は誰も確認していない。古いファイルも下のレイヤーに残る。
#     message: "ビルド手順 {step} がシステムを更新している: {command}"
#     remediation: >-
#       ダイジェストで固定した新しいベースイメージを使い、パッケージは名前とバージョンを指定して入れる。
package seawall.image.system_upgrade

import data.seawall.lib.image

not_applicable := image.no_history if not image.history_known

deny contains finding if {
	some command in image.commands
	some pattern in patterns
	regex.match(pattern, command.text)
	finding := {"step": command.step, "command": command.text, "layer": command.layer, "subject": "RUN", "evidence": command.text}
}

patterns := [
	`(^|\s)(apt-get|apt|aptitude)\s(.*\s)?(upgrade|dist-upgrade|full-upgrade|safe-upgrade)(\s|$)`,
	`(^|\s)apk\s(.*\s)?upgrade(\s|$)`,
	`(^|\s)(yum|dnf|microdnf|tdnf)\s(-\S+\s+)*(update|upgrade|distro-sync)(\s+-\S+)*$`,
	`(^|\s)zypper\s(-\S+\s+)*(up|update|dup|dist-upgrade)(\s+-\S+)*$`,
	`(^|\s)pacman\s+-Su?y*u[yu]*(\s|$)`,
]
