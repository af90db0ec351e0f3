# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Scan images in the trusted registry
# description: >-
#   The product is no longer part of the benchmark. Where it still runs, it controls every host of
#   the cluster.
# related_resources:
#   - https://docs.mirantis.com/
# custom:
#   id: SW-DOCKER-W8.2.1
#   aliases: [CIS-DOCKER-W8.2.1]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     mode: manual
#     numbers: {"1.3.1": "8.2.1", "1.2.0": "8.2.1"}
#   message: Decide whether images are scanned
#   remediation: Enable scanning in the registry.
#   ja:
#     title: 信頼レジストリでイメージを検査する
#     description: >-
#       この製品はベンチマークから外れた。まだ動いていれば、クラスターの全ホストを支配している。
#     message: "イメージが検査されるかを判断する"
#     remediation: >-
#       レジストリで検査を有効にする。
package seawall.docker.dtr_scanning

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
	regex.match(`(^|/)(docker|dockereng|mirantis)/dtr(-[a-z0-9-]+)?[:@]`, tag)
}

manual contains {"subject": "dtr", "evidence": concat(", ", sort(found))} if count(found) > 0
