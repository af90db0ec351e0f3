# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: The API server answers no request without credentials
# description: >-
#   Whoever reaches the API server without any credential may ask it questions. That is reported
#   beside the question of who reaches it (api-server-restricted-access).
# related_resources:
#   - https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests
# custom:
#   id: SW-CLU-001
#   aliases: [anonymous-access, CIS-K8S-1.12-1.2.1]
#   severity: medium
#   message: "The API server answered an anonymous request for /api with status {status}"
#   remediation: >-
#     Set --anonymous-auth=false, or bind no role to system:anonymous and system:unauthenticated; from
#     1.31 on an authentication configuration can limit anonymous requests to the health endpoints.
#   ja:
#     title: API サーバーは認証情報のない要求に応答しない
#     description: "API サーバーに到達できる者は、認証情報が無くても質問できる。到達範囲（api-server-restricted-access）と併せて報告する。"
#     message: "API サーバーが匿名の /api への要求に状態 {status} で応答した"
#     remediation: "--anonymous-auth=false を設定するか、system:anonymous と system:unauthenticated にロールを割り当てない。1.31 以降では、認証設定で匿名の要求をヘルスチェックだけに制限できる。"
package seawall.cluster.anonymous_access

import data.seawall.lib.arm
import data.seawall.lib.facts

not_applicable := {
	"msg": "the resource does not say it",
	"ja": "リソースからは分からない",
} if arm.is_arm

missing contains facts.why_absent("api_server.anonymous") if {
	not arm.is_arm
	not is_number(facts.at(["api_server", "anonymous", "status"]))
}

deny contains {"status": status, "subject": "kube-apiserver", "evidence": sprintf("GET /api: %v", [status])} if {
	status := input.api_server.anonymous.status
	status >= 200
	status < 300
}
