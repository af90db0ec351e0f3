# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Use a directory service for sign-in
# description: >-
#   The product is no longer part of the benchmark. Where it still runs, it controls every host of
#   the cluster.
# related_resources:
#   - https://docs.mirantis.com/
# custom:
#   id: SW-DOCKER-W8.1.1
#   aliases: [CIS-DOCKER-W8.1.1]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     mode: manual
#     numbers: {"1.3.1": "8.1.1", "1.2.0": "8.1.1"}
#   message: Decide whether accounts come from a directory service (LDAP)
#   remediation: Configure LDAP in the admin settings.
#   ja:
#     title: ディレクトリ サービスで認証する
#     description: >-
#       この製品はベンチマークから外れた。まだ動いていれば、クラスターの全ホストを支配している。
#     message: "アカウントがディレクトリ サービス（LDAP）のものかを判断する"
#     remediation: >-
#       管理設定で LDAP を設定する。
package seawall.docker.ucp_directory

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
