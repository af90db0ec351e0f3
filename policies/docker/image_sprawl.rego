# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Avoid image sprawl
# description: >-
#   Images that nobody uses grow old, and one day somebody starts one with all its known flaws.
# related_resources:
#   - https://docs.docker.com/engine/manage-resources/pruning/
# custom:
#   id: SW-DOCKER-6.1
#   aliases: [CIS-DOCKER-6.1]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "6.1", "1.7.0": "6.1", "1.6.0": "6.1", "1.3.1": "6.1", "1.2.0": "6.1"}
#   message: Less than half of the images are in use
#   remediation: Remove what is not used (docker image prune --all), and pull by digest.
#   fix:
#     by_hand: true
#     command: "docker image prune --all"
#     risk: >-
#       Removes every image that no container uses; they must be pulled again when they are needed.
#   ja:
#     title: イメージの氾濫を避ける
#     description: >-
#       使われないイメージは古くなり、ある日、既知の欠陥を抱えたまま起動される。
#     message: "使われているイメージが半分に満たない"
#     remediation: >-
#       使わないものを消し（docker image prune --all）、ダイジェストで取得する。
#     risk: >-
#       どのコンテナーも使わないイメージをすべて消す。必要になれば取得し直す。
package seawall.docker.image_sprawl

import data.seawall.lib.docker

outside := docker.no_daemon

outside := {"msg": "there are no images", "ja": "イメージがない"} if {
	not docker.no_daemon
	is_array(input.images)
	count(input.images) == 0
}

missing contains docker.unread("images") if not docker.given(["images"])

missing contains docker.unread("containers") if not docker.given(["containers"])

used := {container.image_id | some container in input.containers}

unused := [image |
	some image in input.images
	not image.id in used
]

manual contains {"subject": "images", "evidence": list} if count(unused) * 2 > count(input.images)

names_of(image) := concat(" ", image.repo_tags) if count(image.repo_tags) > 0 else := image.id

list := sprintf("%d of %d not in use: %s", [count(unused), count(input.images), concat(", ", array.slice(sort([names_of(image) | some image in unused]), 0, 50))])

seen contains {"subject": "images", "evidence": sprintf("%d images, %d not in use", [count(input.images), count(unused)])}
