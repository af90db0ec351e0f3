# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Containers use only permitted AppArmor profiles
# description: >-
#   The profile is what still holds when a program in the container has been taken over; without a
#   good one the kernel asks nobody.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-REC-017
#   aliases: [apparmor-profile-restricted, 511f5417-5d12-434d-ab2e-816901e72a5e, CIS-DOCKER-5.2]
#   severity: high
#   kinds: [container]
#   recommendations: [apparmor-profile-restricted]
#   message: "The container {container} {what}"
#   remediation: >-
#     Leave docker-default on, or name a profile with --security-opt apparmor=NAME. Remove
#     --privileged.
#   fix:
#     by_hand: true
#     command: "docker run --name {subject} --security-opt apparmor=docker-default IMAGE"
#     file: compose.yaml
#     text: "services:\n  SERVICE:\n    security_opt: [\"apparmor=docker-default\"]"
#     risk: >-
#       What the profile refuses fails: mounts, and some files of /proc and /sys.
#   ja:
#     title: 許可した AppArmor プロファイルだけを使う
#     description: >-
#       コンテナー内のプログラムが乗っ取られた後も効くのがプロファイルであり、適切なものが無ければカーネルは制限しない。
#     message: "コンテナー {container} {what_ja}"
#     remediation: >-
#       docker-default のままにするか、--security-opt apparmor=NAME で指定する。--privileged は外す。
#     risk: >-
#       プロファイルが拒否する操作（マウント、/proc や /sys の一部への書き込みなど）は失敗する。
package seawall.container.apparmor_profile

import data.seawall.docker.apparmor
import data.seawall.lib.container
import data.seawall.lib.workload

outside := workload.outside("apparmor-profile-restricted")

outside := apparmor.outside if not workload.outside("apparmor-profile-restricted")

missing contains reason if some reason in apparmor.missing

deny contains container.finding({"what": "runs without an AppArmor profile", "what_ja": "が AppArmor プロファイルなしで動く", "evidence": found.evidence}) if some found in apparmor.deny

seen contains item if some item in apparmor.seen
