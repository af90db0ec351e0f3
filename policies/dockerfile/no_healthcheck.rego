# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "There is no HEALTHCHECK"
# description: >-
#   Without a health check the engine knows only whether the process runs, not whether it serves.
#   Kubernetes has probes of its own in its place.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-012
#   aliases:
#     - "DS026"
#     - "AVD-DS-0026"
#     - "DS-0026"
#     - "DL3057"
#     - "CKV_DOCKER_2"
#     - "CIS-DI-0006"
#     - "CIS-DOCKER-4.6"
#     - "4.6"
#   severity: low
#   message: "The last stage has no HEALTHCHECK"
#   remediation: >-
#     Add a HEALTHCHECK instruction; where only Kubernetes runs the image, except this check with
#     that reason.
#   ja:
#     title: "HEALTHCHECK がない"
#     description: "ヘルスチェックがなければ、エンジンはプロセスが動いているかは分かっても、応答しているかは分からない。Kubernetes では代わりにプローブがある。"
#     message: "最終ステージに HEALTHCHECK がない"
#     remediation: "HEALTHCHECK 命令を追加する。Kubernetes だけで動かすなら、その理由を付けてこの検査を除外する。"
package seawall.dockerfile.no_healthcheck

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

# What is missing has no line: an exception anywhere in the file is meant for it.
deny contains {} if {
	count(dockerfile.stages) > 0
	count([x |
		some stage in dockerfile.chain(dockerfile.final)
		some x in dockerfile.stage_of(stage, "healthcheck")
	]) == 0
}
