# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Run-time threat detection plan for Kubernetes is switched on
# description: >-
#   The plan that looks for threats in clusters while they run is on for the tenant; elsewhere each
#   connected cluster has also delivered an audit event within the last 24 hours. Good configuration
#   does not stop somebody with a stolen credential. The audit log is where such acts are seen, and
#   a cluster that delivers none is watched by nobody.
# related_resources:
#   - https://learn.microsoft.com/azure/templates/microsoft.security/pricings
# custom:
#   id: SW-REC-002
#   aliases: [cluster-threat-detection-enabled, 523b5cd1-3e23-492f-a539-13118b6d1e3a, CIS-K8S-1.12-3.2.1, CIS-K8S-1.12-3.2.2]
#   severity: high
#   message: "{what}"
#   remediation: >-
#     Switch the Kubernetes threat detection plan on and connect the audit log of each cluster
#     (webhook or log file). Clusters that are added later are included; only what happens from then
#     on is alerted on. A plan of a cloud vendor is charged by the vendor for existing and future
#     clusters.
#   ja:
#     title: Kubernetes 脅威検出プランを有効にする
#     description: "稼働中のクラスターの脅威を検知するプランがテナントで有効である。クラウド以外では、接続した各クラスターから直近 24 時間に監査イベントも届いている。設定が正しくても、盗まれた認証情報による操作は止められない。それが見えるのは監査ログであり、ログの届かないクラスターは誰にも見られていない。"
#     message: "{what_ja}"
#     remediation: "Kubernetes 脅威検知プランを有効にし、各クラスターの監査ログを接続する（webhook またはログファイル）。後から追加したクラスターも対象となり、有効にした後の出来事だけが通知される。クラウド事業者のプランは、既存と今後のクラスターに対して事業者から課金される。"
package seawall.tenant.cluster_threat_detection_enabled

import data.seawall.lib.arm
import data.seawall.lib.facts
import data.seawall.lib.plan
import data.seawall.lib.settings

recommendation := "cluster-threat-detection-enabled"

max_age_ns := 24 * 3600 * 1000 * 1000000

not_applicable := settings.disabled if settings.is_disabled(recommendation, "auditifnotexists")

judged if not settings.is_disabled(recommendation, "auditifnotexists")

unread contains reason if some reason in plan.unclear("KubernetesService", "cluster_threat_detection")

unread contains plan.no_list("clusters") if not arm.is_arm

unread contains settings.no_clock if {
	not arm.is_arm
	count(input.clusters) > 0
	not settings.at_ns
}

unread contains reason if {
	not arm.is_arm
	some cluster in input.clusters
	has_odd_time(cluster)
	reason := {
		"msg": sprintf("cluster %v: %v is no time", [object.get(cluster, "name", "?"), cluster.last_audit_event]),
		"ja": sprintf("クラスター %v: %v は日時でない", [object.get(cluster, "name", "?"), cluster.last_audit_event]),
	}
}

deny contains plan.finding("KubernetesService", "cluster_threat_detection") if {
	judged
	not plan.is_on("KubernetesService", "cluster_threat_detection")
}

deny contains finding if {
	judged
	not arm.is_arm
	some cluster in input.clusters
	is_decided(cluster)
	not heard_of(cluster)
	finding := {
		"subject": object.get(cluster, "name", "?"),
		"evidence": last_event(cluster),
		"what": sprintf("cluster %v has delivered no audit event in the last 24 hours", [object.get(cluster, "name", "?")]),
		"what_ja": sprintf("クラスター %v から直近 24 時間に監査イベントが届いていない", [object.get(cluster, "name", "?")]),
	}
}

has_odd_time(cluster) if {
	is_string(cluster.last_audit_event)
	not facts.is_time(cluster.last_audit_event)
}

is_decided(cluster) if not is_string(object.get(cluster, "last_audit_event", null))

is_decided(cluster) if {
	settings.at_ns
	not has_odd_time(cluster)
}

last_event(cluster) := cluster.last_audit_event if is_string(cluster.last_audit_event) else := "never"

heard_of(cluster) if settings.at_ns - time.parse_rfc3339_ns(cluster.last_audit_event) <= max_age_ns

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
