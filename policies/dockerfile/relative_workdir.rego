# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "WORKDIR is not absolute"
# description: >-
#   A relative folder hangs on the WORKDIR before it, which may be that of the base image and can
#   change.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-016
#   aliases:
#     - "DS009"
#     - "AVD-DS-0009"
#     - "DS-0009"
#     - "DL3000"
#     - "CKV_DOCKER_10"
#     - "WorkdirRelativePath"
#   severity: medium
#   message: "WORKDIR {folder} is relative"
#   remediation: >-
#     Write the whole path, beginning with a slash.
#   ja:
#     title: "WORKDIR が絶対パスでない"
#     description: "相対パスは直前の WORKDIR に依存する。それがベースイメージのものなら変わることもある。"
#     message: "WORKDIR {folder} が相対パスである"
#     remediation: "スラッシュで始まる完全なパスを書く。"
package seawall.dockerfile.relative_workdir

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.place(x), {"folder": x.item.Value[0]}) if {
	some x in dockerfile.of("workdir")
	folder := x.item.expanded[0]
	folder != null
	not regex.match("^[\"']?(/|\\\\\\\\|[A-Za-z]:)", folder)
}
