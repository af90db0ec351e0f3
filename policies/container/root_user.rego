# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Containers do not run as root
# description: >-
#   Root in the container is root for the kernel: each mistake of a mount or a runtime then reaches
#   the node.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-REC-020
#   aliases: [no-root-user, f06ddb64-5fa3-4b77-b166-acb36f7f6042, CIS-DOCKER-4.1]
#   severity: high
#   kinds: [container]
#   recommendations: [no-root-user]
#   message: "The container {container} {what}"
#   remediation: Add a USER instruction with an account of its own, or --user.
#   fix:
#     by_hand: true
#     command: "docker run --name {subject} --user 10001:10001 IMAGE"
#     file: compose.yaml
#     text: "services:\n  SERVICE:\n    user: \"10001:10001\""
#     risk: >-
#       Files and volumes that belong to root cannot be written, ports below 1024 may be refused.
#   ja:
#     title: コンテナーをルート ユーザーで実行しない
#     description: >-
#       コンテナーの root はカーネルにとっても root であり、マウントやランタイムの欠陥がノードに及ぶ。
#     message: "コンテナー {container} {what_ja}"
#     remediation: >-
#       専用アカウントの USER 命令、または --user を加える。
#     risk: >-
#       root のファイルやボリュームに書けず、1024 未満のポートで待ち受けられないことがある。
package seawall.container.root_user

import data.seawall.docker.own_user
import data.seawall.lib.container
import data.seawall.lib.workload

outside := workload.outside("no-root-user")

missing contains reason if some reason in own_user.missing

deny contains container.finding({"what": "runs as root", "what_ja": "が root で動く", "evidence": found.evidence}) if some found in own_user.deny

seen contains item if some item in own_user.seen

manual contains item if some item in own_user.manual
