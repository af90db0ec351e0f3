# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Validate signed artefacts
# description: A signature that is checked says who made the image and that nobody changed it since.
# related_resources:
#   - https://docs.docker.com/engine/security/trust/
# custom:
#   id: SW-DOCKER-4.12
#   aliases: [CIS-DOCKER-4.12]
#   severity: medium
#   kinds: [image]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "4.12", "1.7.0": "4.12", "1.6.0": "4.12"}
#   message: "Decide about the image {image}: it has no valid signature ({why})"
#   remediation: Sign artefacts in the build and verify signatures before they enter the registry.
#   ja:
#     title: 署名済みの成果物を検証する
#     description: >-
#       検証された署名は、誰がイメージを作り、その後誰も変えていないことを示す。
#     message: "イメージ {image} に有効な署名がない。判断する（{why}）"
#     remediation: >-
#       ビルドで成果物に署名し、レジストリに入る前に検証する。
package seawall.docker.signed_images

import data.seawall.lib.docker
import data.seawall.lib.docker_image

outside := docker_image.outside

outside := {"msg": "no policy for signatures is configured", "ja": "署名ポリシーが設定されていない"} if {
	not docker_image.outside
	not has_policy
}

outside := {"msg": "no container uses the image", "ja": "どのコンテナーもこのイメージを使っていない"} if {
	not docker_image.outside
	has_policy
	input.engine.containers == 0
}

has_policy if data.settings.signature_policy == true

has_policy if is_object(data.settings.signature_policy)

missing contains docker.unread("signatures") if not docker.given(["signatures"])

valid if {
	some signature in input.signatures
	signature.valid == true
}

manual contains docker_image.finding({"why": why, "evidence": why}) if {
	docker.given(["signatures"])
	not valid
}

why := concat(", ", {sprintf("%s: %s", [s.kind, reason(s)]) | some s in input.signatures}) if count(input.signatures) > 0

why := "unsigned" if count(input.signatures) == 0

reason(signature) := signature.error if object.get(signature, "error", "") != ""

reason(signature) := "not valid" if object.get(signature, "error", "") == ""

seen contains {"subject": docker_image.name, "evidence": concat(", ", [sprintf("%s by %s: %v", [s.kind, object.get(s, "identity", "?"), s.valid]) | some s in input.signatures])}
