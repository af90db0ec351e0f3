# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Use trusted base images only
# description: "Everything in the base comes along: its flaws, and whatever its publisher put into it."
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DOCKER-4.2
#   aliases: [CIS-DOCKER-4.2]
#   severity: medium
#   kinds: [image]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "4.2", "1.7.0": "4.2", "1.6.0": "4.2", "1.3.1": "4.2", "1.2.0": "4.2"}
#   message: "Decide whether the base of the image {image} is trusted: {origin}"
#   remediation: Take bases from approved, signed sources, scan them, and write them down (base_images).
#   ja:
#     title: 信頼できるベース イメージだけを使う
#     description: >-
#       ベースにあるものはすべて付いてくる。欠陥も、発行者が入れたものも。
#     message: "イメージ {image} のベースが信頼できるかを判断する: {origin}"
#     remediation: >-
#       承認済みで署名されたものをベースにし、検査して、書いておく（base_images）。
package seawall.docker.trusted_base

import data.seawall.lib.docker
import data.seawall.lib.docker_image

outside := docker_image.outside

missing contains docker.unread("engine") if {
	not docker.given(["engine"])
	not docker.given(["base"])
}

base_name := object.get(input, ["base", "name"], "")

base_digest := object.get(input, ["base", "digest"], "")

names contains base_name if base_name != ""

names contains sprintf("%s@%s", [base_name, base_digest]) if {
	base_name != ""
	base_digest != ""
}

# Without a known base the registry of the image itself may be trusted.
names contains name if some name in input.engine.repo_tags

names contains name if some name in input.engine.repo_digests

trusted if {
	some name in names
	some pattern in data.settings.base_images
	docker.matches(pattern, name)
}

manual contains docker_image.finding({"origin": origin, "evidence": origin}) if not trusted

origin := concat(", ", sort(names)) if count(names) > 0

origin := "unknown" if count(names) == 0

seen contains {"subject": docker_image.name, "evidence": origin}
