# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "The base image is not pinned by a digest"
# description: >-
#   A tag can be moved to other content, by its owner or by somebody who took over the account.
#   Only a digest names one content.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-004
#   aliases:
#     - "CIS-DOCKER-4.2"
#     - "4.2"
#     - "CIS-DI-0005"
#   severity: low
#   message: "The base image {image} is not pinned by a digest"
#   remediation: >-
#     Add the digest behind the tag (image:1.2.3@sha256:...) and let a bot renew it.
#   ja:
#     title: "ベースイメージがダイジェストで固定されていない"
#     description: "タグは所有者や、アカウントを奪った者によって別の中身に付け替えられる。中身を一つに定めるのはダイジェストだけである。"
#     message: "ベースイメージ {image} がダイジェストで固定されていない"
#     remediation: "タグの後ろにダイジェスト（image:1.2.3@sha256:...）を付け、ボットで更新する。"
package seawall.dockerfile.undigested_base

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains {"image": base.expanded, "line": stage.line, "end_line": stage.end_line, "evidence": base.image} if {
	some stage in dockerfile.stages
	base := stage.base
	not base.scratch
	base.tag != ""
	base.digest == ""
}
