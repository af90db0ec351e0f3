# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "The base image has no tag"
# description: >-
#   Without a tag or digest the builder takes latest, whatever that is on the day of the build.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-003
#   aliases:
#     - "DL3006"
#     - "CKV_DOCKER_7"
#   severity: medium
#   message: "The base image {image} has neither tag nor digest"
#   remediation: >-
#     Name a version, best with its digest: image:1.2.3@sha256:...
#   ja:
#     title: "ベースイメージにタグがない"
#     description: "タグもダイジェストもなければ、ビルドの日の latest が何であれ使われる。"
#     message: "ベースイメージ {image} にタグもダイジェストもない"
#     remediation: "バージョンを指定する。ダイジェスト付き（image:1.2.3@sha256:...）が望ましい。"
package seawall.dockerfile.untagged_base

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains {"image": base.expanded, "line": stage.line, "end_line": stage.end_line, "evidence": base.image} if {
	some stage in dockerfile.stages
	base := stage.base
	not base.scratch
	base.tag == ""
	base.digest == ""
	base.expanded != ""
}
