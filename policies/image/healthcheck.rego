# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: The image has no health check
# description: >-
#   Without a health check an engine only knows whether the process exists, not whether it still
#   answers; a hung service is neither restarted nor taken out of use.
# related_resources:
#   - https://docs.docker.com/reference/dockerfile/#healthcheck
# custom:
#   id: SW-IMG-002
#   aliases: [CIS-DI-0006, AVD-DS-0026, DS-0026, DS026, DL3057, CIS-DOCKER-4.6, "4.6"]
#   severity: low
#   message: The image declares no HEALTHCHECK
#   remediation: >-
#     Add a HEALTHCHECK instruction that asks the service itself. Under Kubernetes, which ignores
#     it, declare probes instead and except this check.
#   ja:
#     title: ヘルスチェックがない
#     description: >-
#       ヘルスチェックがなければ、エンジンはプロセスの有無しか分からない。応答しなくなったサービスは再起動も切り離しもされない。
#     message: HEALTHCHECK が宣言されていない
#     remediation: >-
#       サービス自身に問い合わせる HEALTHCHECK 命令を追加する。HEALTHCHECK を使わない Kubernetes では probe を宣言し、この検査は例外にする。
package seawall.image.healthcheck

missing contains "the configuration of the image is not known" if not known

known if input.config_known

deny contains {"subject": "HEALTHCHECK"} if {
	known
	not checked
}

# ["NONE"] switches off what a base image has.
checked if {
	some word in input.healthcheck.test
	word != ""
	input.healthcheck.test[0] != "NONE"
}
