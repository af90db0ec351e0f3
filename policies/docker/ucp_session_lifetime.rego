# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Short session lifetime
# description: >-
#   The product is no longer part of the benchmark. Where it still runs, it controls every host of
#   the cluster.
# related_resources:
#   - https://docs.mirantis.com/
# custom:
#   id: SW-DOCKER-W8.1.7
#   aliases: [CIS-DOCKER-W8.1.7]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     mode: manual
#     numbers: {"1.3.1": "8.1.7", "1.2.0": "8.1.7"}
#   message: Decide whether lifetime_minutes is at most 15 and renewal_threshold_minutes is 0
#   remediation: "Set both values in [auth.sessions]."
#   ja:
#     title: セッションの寿命を短くする
#     description: >-
#       この製品はベンチマークから外れた。まだ動いていれば、クラスターの全ホストを支配している。
#     message: "lifetime_minutes が 15 以下、renewal_threshold_minutes が 0 かを判断する"
#     remediation: >-
#       [auth.sessions] の両方の値を設定する。
package seawall.docker.ucp_session_lifetime

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
