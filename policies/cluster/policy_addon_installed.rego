# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Admission policy add-on is installed and running on every cluster
# description: >-
#   The admission policy add-on runs in the cluster: its webhook is registered and answers, and its
#   agent was heard of within the last 45 minutes. Without it nothing looks at objects before they
#   are stored, and none of the workload recommendations can be judged or enforced.
# related_resources:
#   - https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
# custom:
#   id: SW-REC-003
#   aliases: [policy-addon-installed, 0a15ec92-a229-4763-bb14-0ea34a568f8d, CIS-K8S-1.12-5.2.1]
#   severity: high
#   message: "{what}"
#   remediation: >-
#     Install the add-on (seawall install kubernetes, or the add-on of the managed cluster) on
#     Kubernetes 1.14 or newer. Results for the workload recommendations appear after the first full
#     pass.
#   ja:
#     title: アドミッション ポリシー アドオンを各クラスターに導入する
#     description: "アドミッション ポリシー アドオンがクラスターで動作している。webhook が登録されて応答し、エージェントが直近 45 分以内に通信している。これが無ければ、保存前にオブジェクトを調べるものが無く、ワークロードの推奨事項を判定することも強制することもできない。"
#     message: "{what_ja}"
#     remediation: "Kubernetes 1.14 以降にアドオンを導入する（seawall install kubernetes、またはマネージド クラスターのアドオン）。ワークロードの推奨事項の結果は最初の全体評価の後に現れる。"
package seawall.cluster.policy_addon_installed

import data.seawall.lib.addon
import data.seawall.lib.arm
import data.seawall.lib.facts
import data.seawall.lib.kubernetes_version
import data.seawall.lib.settings

recommendation := "policy-addon-installed"

not_applicable := settings.disabled if settings.is_disabled(recommendation, "audit")

not_applicable := {
	"msg": sprintf("Kubernetes %v is older than 1.14", [version]),
	"ja": sprintf("Kubernetes %v は 1.14 より古い", [version]),
} if {
	not settings.is_disabled(recommendation, "audit")
	too_old
}

version := input.version.gitVersion if not arm.is_arm

version := arm.property(["kubernetesVersion"]) if arm.is_arm

too_old if kubernetes_version.minor(version) < [1, 14]

judged if {
	not settings.is_disabled(recommendation, "audit")
	not too_old
}

unread contains reason if some reason in arm.unclear

unread contains arm.not_a_truth(["addonProfiles", "azurePolicy", "enabled"]) if {
	judged
	arm.is_arm
}

unread contains reason if {
	judged
	not arm.is_arm
	some reason in addon.unread
}

deny contains finding if {
	judged
	arm.is_arm
	not arm.is_true_at(["addonProfiles", "azurePolicy", "enabled"])
	finding := {
		"subject": arm.name,
		"evidence": sprintf("addonProfiles.azurePolicy.enabled: %v", [arm.shown(["addonProfiles", "azurePolicy", "enabled"])]),
		"what": "the policy add-on is not enabled",
		"what_ja": "ポリシー アドオンが有効でない",
	}
}

deny contains finding if {
	judged
	not arm.is_arm
	some finding in addon.faults
}

missing contains facts.no_document if {
	judged
	not is_object(input)
}

# What a resource does not clearly say decides nothing; of facts, what is proved stands.
missing contains reason if {
	judged
	arm.is_arm
	some reason in unread
}

missing contains reason if {
	judged
	not arm.is_arm
	count(deny) == 0
	some reason in unread
}
