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
#   ja:
#     title: コンテナーをルート ユーザーで実行しない
#     description: >-
#       コンテナーの root はカーネルにとっても root であり、マウントやランタイムの欠陥がノードに及ぶ。
#     message: "コンテナー {container} {what_ja}"
#     remediation: >-
#       専用アカウントの USER 命令、または --user を加える。
package seawall.container.root_user

import data.seawall.docker.own_user
import data.seawall.lib.container
import data.seawall.lib.workload

outside := workload.outside("no-root-user")

missing contains reason if some reason in own_user.missing

deny contains container.finding({"what": "runs as root", "what_ja": "が root で動く", "evidence": found.evidence}) if some found in own_user.deny

seen contains item if some item in own_user.seen

manual contains item if some item in own_user.manual
