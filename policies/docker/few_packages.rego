# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Install no unnecessary packages
# description: Each package is something to update, and a tool for whoever gets in.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DOCKER-4.3
#   aliases: [CIS-DOCKER-4.3]
#   severity: low
#   kinds: [image]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "4.3", "1.7.0": "4.3", "1.6.0": "4.3", "1.3.1": "4.3", "1.2.0": "4.3"}
#   message: "Decide whether the image {image} needs {names}"
#   remediation: >-
#     Use a minimal base and leave out what the program does not need (denied_packages names what
#     must not be there).
#   ja:
#     title: 不要なパッケージを入れない
#     description: >-
#       パッケージはどれも更新の対象であり、侵入者の道具になる。
#     message: "イメージ {image} に {names} が必要かを判断する"
#     remediation: >-
#       最小のベースを使い、プログラムに不要なものを入れない（禁止するものは denied_packages）。
package seawall.docker.few_packages

import data.seawall.lib.docker
import data.seawall.lib.docker_image

outside := docker_image.outside

outside := {"msg": "the image has no packages of a system", "ja": "イメージにシステムのパッケージがない"} if {
	not docker_image.outside
	is_array(input.packages.kinds)
	count(docker_image.systems & {kind | some kind in input.packages.kinds}) == 0
}

missing contains docker.unread("packages") if not docker.given(["packages", "names"])

denied := {name | some name in data.settings.denied_packages}

found := sort(docker_image.packages & denied)

manual contains docker_image.finding({"names": concat(", ", found), "evidence": evidence}) if count(found) > 0

manual contains docker_image.finding({
	"msg": sprintf("Decide whether the image %s needs its %d packages; no list of denied ones is set", [docker_image.name, count(docker_image.packages)]),
	"ja": sprintf("イメージ %s の %d 個のパッケージが必要かを判断する（禁止リストがない）", [docker_image.name, count(docker_image.packages)]),
	"evidence": evidence,
}) if {
	not listed
}

listed if is_array(data.settings.denied_packages)

evidence := sprintf("%d packages, %v bytes", [count(docker_image.packages), object.get(input, ["engine", "size_bytes"], "?")])

seen contains {"subject": docker_image.name, "evidence": evidence}
