# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Use current images
# description: >-
#   An image of the same tag that is newer in the registry usually brings repairs that the container
#   lacks.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-5.28
#   aliases: [CIS-DOCKER-5.28]
#   severity: low
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "5.28", "1.7.0": "5.28", "1.6.0": "5.28", "1.3.1": "5.27", "1.2.0": "5.27"}
#   message: "The container {container} does not run the image that {reference} names in its registry now"
#   remediation: Pull the image, pin it by digest and start the container again.
#   ja:
#     title: 最新のイメージを使う
#     description: >-
#       レジストリに同じタグの新しいイメージがあれば、たいてい修正が含まれている。
#     message: "コンテナー {container} のイメージは、レジストリの現在の {reference} と異なる"
#     remediation: >-
#       イメージを取得し、ダイジェストで固定してからコンテナーを起動し直す。
package seawall.docker.current_image

import data.seawall.lib.container
import data.seawall.lib.docker

outside := container.outside

outside := {"msg": "it does not run yet", "ja": "まだ動いていない"} if {
	not container.outside
	container.offline
}

outside := {"msg": sprintf("the registry cannot be asked: %s", [registry.error]), "ja": sprintf("レジストリに問い合わせできない: %s", [registry.error])} if {
	not container.outside
	not container.offline
	object.get(registry, "error", "") != ""
}

registry := input.image_facts.registry

missing contains docker.unread("image_facts.registry") if not docker.told(["image_facts", "registry"])

missing contains docker.unread("image_facts.repo_digests") if not docker.given(["image_facts", "repo_digests"])

current if {
	some digest in input.image_facts.repo_digests
	endswith(digest, sprintf("@%s", [registry.digest]))
}

manual contains container.finding({"reference": object.get(registry, "reference", "?"), "evidence": evidence}) if {
	is_object(registry)
	not current
}

manual contains container.finding({
	"msg": sprintf("Nobody asked the registry whether the image of %s is current", [container.name]),
	"ja": sprintf("コンテナー %s のイメージが最新か、レジストリに問い合わせていない", [container.name]),
	"evidence": container.words(input.image_facts.repo_digests),
}) if {
	is_null(registry)
}

evidence := sprintf("local: %s; registry: %s", [container.words(input.image_facts.repo_digests), there]) if is_object(registry)

there := "it has no such name" if object.get(registry, "digest", "") == ""

there := registry.digest if object.get(registry, "digest", "") != ""

seen contains container.seen(evidence)
