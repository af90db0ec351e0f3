# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Privileged containers are avoided
# description: >-
#   A privileged container has all capabilities and all devices of the node: it is root on the node.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-REC-018
#   aliases: [no-privileged-containers, 95edb821-ddaf-4404-9732-666045e056b4, CIS-DOCKER-5.5]
#   severity: medium
#   kinds: [container]
#   recommendations: [no-privileged-containers]
#   message: "The container {container} {what}"
#   remediation: Remove --privileged and give the container the single capability or device that it needs.
#   fix:
#     by_hand: true
#     command: "docker run --name {subject} --cap-add CAPABILITY --device /dev/DEVICE IMAGE"
#     file: compose.yaml
#     text: "services:\n  SERVICE:\n    privileged: false\n    cap_add: [CAPABILITY]\n    devices: [\"/dev/DEVICE:/dev/DEVICE\"]"
#     risk: What the program needs and is not given fails.
#   ja:
#     title: 特権コンテナーを使わない
#     description: >-
#       特権コンテナーはノードの全ケーパビリティと全デバイスを持ち、ノードの root と同じである。
#     message: "コンテナー {container} {what_ja}"
#     remediation: >-
#       --privileged を外し、必要なケーパビリティやデバイスだけを与える。
#     risk: >-
#       必要なのに与えていない権限やデバイスを使う操作は失敗する。
package seawall.container.privileged_container

import data.seawall.docker.privileged
import data.seawall.lib.container
import data.seawall.lib.workload

outside := workload.outside("no-privileged-containers")

missing contains reason if some reason in privileged.missing

deny contains container.finding({"what": "is privileged", "what_ja": "が特権で動く", "evidence": found.evidence}) if some found in privileged.deny

seen contains item if some item in privileged.seen
