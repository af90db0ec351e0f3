# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Limit sessions per user to three
# description: >-
#   The product is no longer part of the benchmark. Where it still runs, it controls every host of
#   the cluster.
# related_resources:
#   - https://docs.mirantis.com/
# custom:
#   id: SW-DOCKER-W8.1.6
#   aliases: [CIS-DOCKER-W8.1.6]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     mode: manual
#     numbers: {"1.3.1": "8.1.6", "1.2.0": "8.1.6"}
#   message: Decide whether per_user_limit lies between 1 and 3
#   remediation: "Set per_user_limit in [auth.sessions]."
#   ja:
#     title: ユーザーごとのセッションを 3 までにする
#     description: >-
#       この製品はベンチマークから外れた。まだ動いていれば、クラスターの全ホストを支配している。
#     message: "per_user_limit が 1 から 3 かを判断する"
#     remediation: >-
#       [auth.sessions] の per_user_limit を設定する。
package seawall.docker.ucp_sessions

import data.seawall.lib.docker

outside := docker.no_daemon

outside := {"msg": "the product is not in use", "ja": "この製品は使われていない"} if {
	not docker.no_daemon
	is_array(input.images)
	count(found) == 0
}

missing contains docker.unread("images") if not docker.given(["images"])

found contains tag if {
	some image in input.images
	some tag in image.repo_tags
	regex.match(`(^|/)(docker|dockereng|mirantis)/ucp(-[a-z0-9-]+)?[:@]`, tag)
}

manual contains {"subject": "ucp", "evidence": concat(", ", sort(found))} if count(found) > 0
