# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "The base image has the tag latest"
# description: >-
#   What stands behind the tag latest changes without notice: the same Dockerfile gives another
#   image tomorrow, and nobody can say which one was tested.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-002
#   aliases:
#     - "DS001"
#     - "AVD-DS-0001"
#     - "DS-0001"
#     - "DL3007"
#     - "CKV_DOCKER_7"
#     - "DKL-DI-0006"
#   severity: medium
#   message: "The base image {image} has the tag latest"
#   remediation: >-
#     Name a version, best with its digest: image:1.2.3@sha256:...
#   ja:
#     title: "ベースイメージのタグが latest"
#     description: "latest タグの中身は予告なく変わる。同じ Dockerfile が明日は別のイメージになり、どれを試験したのか誰にも分からない。"
#     message: "ベースイメージ {image} のタグが latest である"
#     remediation: "バージョンを指定する。ダイジェスト付き（image:1.2.3@sha256:...）が望ましい。"
package seawall.dockerfile.latest_tag

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains {"image": base.expanded, "line": stage.line, "end_line": stage.end_line, "evidence": base.image} if {
	some stage in dockerfile.stages
	base := stage.base
	base.tag == "latest"
	base.digest == ""
}
