# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Do not use update instructions alone
# description: >-
#   A layer that only renews the lists of packages is kept by the cache: later installs take old
#   versions with known flaws.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DOCKER-4.7
#   aliases: [CIS-DOCKER-4.7]
#   severity: low
#   kinds: [image]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "4.7", "1.7.0": "4.7", "1.6.0": "4.7", "1.3.1": "4.7", "1.2.0": "4.7"}
#   message: "The image {image} renews lists of packages in a step of its own: {what}"
#   remediation: Put update and pinned install into one instruction.
#   ja:
#     title: 更新命令だけを単独で使わない
#     description: >-
#       パッケージ一覧の更新だけのレイヤーはキャッシュに残り、後のインストールが欠陥のある古い版になる。
#     message: "イメージ {image} がパッケージ一覧の更新だけのステップを持つ: {what}"
#     remediation: >-
#       更新とバージョンを固定したインストールをひとつの命令にまとめる。
package seawall.docker.update_alone

import data.seawall.image.update_alone
import data.seawall.lib.docker_image
import data.seawall.lib.image

outside := docker_image.outside

missing := docker_image.no_history

manual contains finding if some finding in docker_image.unwritten

manual contains docker_image.retold(found, found.command) if some found in update_alone.deny

# Those of other systems.
manual contains docker_image.finding({"what": step.text, "layer": step.layer, "evidence": step.text}) if {
	some step in image.steps
	step.run
	regex.match(`(^|[\s;&|(])(yum|dnf|dnf5|microdnf|tdnf)\s(-\S+\s+)*(update|makecache|check-update)(\s+(-\S+))*\s*(;|&|$)`, step.text)
	not regex.match(`(^|[\s;&|(])(yum|dnf|dnf5|microdnf|tdnf)\s(.*\s)?(install|localinstall|groupinstall|reinstall)(\s|$)`, step.text)
}

seen contains {"subject": docker_image.name, "evidence": sprintf("%d steps", [count(image.steps)])}
