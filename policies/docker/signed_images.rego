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

manual contains docker_image.finding({
	"why": why,
	"ja": sprintf("イメージ %s に有効な署名がない。判断する（%s）", [docker_image.name, why_ja]),
	"evidence": why,
}) if {
	docker.given(["signatures"])
	not valid
}

why := concat(", ", {sprintf("%s: %s", [s.kind, reason(s)]) | some s in input.signatures}) if count(input.signatures) > 0

why := "unsigned" if count(input.signatures) == 0

reason(signature) := signature.error if object.get(signature, "error", "") != ""

reason(signature) := "not valid" if object.get(signature, "error", "") == ""

why_ja := concat("、", {sprintf("%s: %s", [s.kind, object.get(in_japanese, reason(s), reason(s))]) | some s in input.signatures}) if count(input.signatures) > 0

why_ja := "署名なし" if count(input.signatures) == 0

# What the collector says of a signature (src/posture/facts).
in_japanese := {
	"COSE envelopes are not verified": "COSE 形式は検証しない",
	"its certificate leads to none of the policy, or is not valid now": "証明書がポリシーの証明書につながらないか、有効期間外",
	"its payload is about another digest": "別のダイジェストに対する署名",
	"its signature is wrong": "署名が正しくない",
	"made with a certificate; only keys of the policy are verified": "証明書による署名（検証するのはポリシーの鍵だけ）",
	"no key of the policy made it": "ポリシーの鍵による署名ではない",
	"not valid": "無効",
	"the policy does not name who signed it": "署名者がポリシーにない",
	"the policy names no certificate for this image": "このイメージの証明書がポリシーにない",
	"the policy names no key for this image": "このイメージの鍵がポリシーにない",
	"the policy names none of its root keys": "ルート鍵がポリシーにない",
	"the trust data do not name this digest": "信頼データにこのダイジェストがない",
	"there are more signatures than are looked at": "上限を超える署名がある",
}

seen contains {"subject": docker_image.name, "evidence": concat(", ", [sprintf("%s by %s: %v", [s.kind, object.get(s, "identity", "?"), s.valid]) | some s in input.signatures])}
