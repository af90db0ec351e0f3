# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: A build step only updates package lists
# description: >-
#   The step is cached on its own: later builds install from the old lists and miss repaired
#   packages.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/#apt-get
# custom:
#   id: SW-IMG-011
#   aliases: [CIS-DI-0007, AVD-DS-0017, DS-0017, DS017, CIS-DOCKER-4.7, "4.7"]
#   severity: low
#   message: "Build step {step} updates package lists and installs nothing: {command}"
#   remediation: >-
#     Update and install in one RUN instruction: apt-get update && apt-get install -y
#     --no-install-recommends NAME=VERSION.
#   ja:
#     title: パッケージ一覧だけを更新する手順がある
#     description: >-
#       その手順だけがキャッシュされ、後のビルドは古い一覧から導入するため、修正済みのパッケージが入らない。
#     message: >-
#       ビルド手順 {step} は一覧を更新するだけで何も導入しない: {command}
#     remediation: >-
#       更新と導入を一つの RUN 命令で行う: apt-get update && apt-get install -y --no-install-recommends NAME=VERSION。
package seawall.image.update_alone

import data.seawall.lib.image

not_applicable := image.no_history if not image.history_known

deny contains {"step": step.step, "command": step.text, "layer": step.layer, "subject": "RUN", "evidence": step.text} if {
	some step in image.steps
	step.run
	regex.match(`(^|[\s;&|(])(apt-get|apt|aptitude)\s(-\S+\s+)*update(\s|;|&|$)`, step.text)
	not regex.match(`(^|[\s;&|(])(apt-get|apt|aptitude)\s(.*\s)?(install|upgrade|dist-upgrade|full-upgrade|build-dep|satisfy)(\s|$)`, step.text)
}

deny contains {"step": step.step, "command": step.text, "layer": step.layer, "subject": "RUN", "evidence": step.text} if {
	some step in image.steps
	step.run
	regex.match(`(^|[\s;&|(])apk\s(-\S+\s+)*update(\s|;|&|$)`, step.text)
	not regex.match(`(^|[\s;&|(])apk\s(.*\s)?(add|upgrade)(\s|$)`, step.text)
}
