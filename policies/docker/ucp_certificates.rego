# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Use external certificates
# description: >-
#   The product is no longer part of the benchmark. Where it still runs, it controls every host of
#   the cluster.
# related_resources:
#   - https://docs.mirantis.com/
# custom:
#   id: SW-DOCKER-W8.1.2
#   aliases: [CIS-DOCKER-W8.1.2]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     mode: manual
#     numbers: {"1.3.1": "8.1.2", "1.2.0": "8.1.2"}
#   message: Decide whether its certificate was issued by the CA of the organisation
#   remediation: Install own certificates.
#   ja:
#     title: 外部の証明書を使う
#     description: >-
#       この製品はベンチマークから外れた。まだ動いていれば、クラスターの全ホストを支配している。
#     message: "証明書が組織の CA のものかを判断する"
#     remediation: >-
#       自組織の証明書を導入する。
package seawall.docker.ucp_certificates

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
