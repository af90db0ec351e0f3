# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Image scanning plan for registries is switched on
# description: >-
#   The protection plan that scans the images of registries is on for the tenant; elsewhere each
#   connected registry also has credentials and a source of events. An image that nobody scans keeps
#   its known flaws until somebody else finds them. What is scanned when it is pushed is known
#   before it runs.
# related_resources:
#   - https://learn.microsoft.com/azure/templates/microsoft.security/pricings
# custom:
#   id: SW-REC-001
#   aliases: [registry-scanning-enabled, c25d9a16-bc35-4e15-a7e5-9db606bf9ed4]
#   severity: high
#   message: "{what}"
#   remediation: >-
#     Switch the registry scanning plan on, and give each connected registry credentials and a
#     notification or poll source. From then on every image of every registry, also of those added
#     later, is scanned when it is pushed, imported or still in use; that costs machine time, disk
#     and requests to the registry, and nothing while there is no registry. A plan of a cloud vendor
#     is charged by the vendor for existing and future registries.
#   ja:
#     title: レジストリ用イメージ スキャン プランを有効にする
#     description: "レジストリのイメージを検査する保護プランがテナントで有効である。クラウド以外では、接続した各レジストリに認証情報とイベントの取得元もある。検査されないイメージは、既知の欠陥を抱えたまま残る。プッシュ時に検査すれば、実行する前に分かる。"
#     message: "{what_ja}"
#     remediation: "レジストリ検査プランを有効にし、接続した各レジストリに認証情報と、通知またはポーリングの取得元を設定する。以後、後から追加したレジストリも含め、プッシュ・取り込み・使用中のイメージがすべて検査される。計算時間、ディスク、レジストリへの要求が増えるが、レジストリが無い間は何も掛からない。クラウド事業者のプランは、既存と今後のレジストリに対して事業者から課金される。"
package seawall.tenant.registry_scanning_enabled

import data.seawall.lib.arm
import data.seawall.lib.facts
import data.seawall.lib.plan
import data.seawall.lib.settings

recommendation := "registry-scanning-enabled"

not_applicable := settings.disabled if settings.is_disabled(recommendation, "auditifnotexists")

judged if not settings.is_disabled(recommendation, "auditifnotexists")

unread contains reason if some reason in plan.unclear("ContainerRegistry", "registry_scanning")

unread contains plan.no_list("registries") if not arm.is_arm

deny contains plan.finding("ContainerRegistry", "registry_scanning") if {
	judged
	not plan.is_on("ContainerRegistry", "registry_scanning")
}

deny contains finding if {
	judged
	not arm.is_arm
	some registry in input.registries
	some lack in lacks(registry)
	finding := {
		"subject": object.get(registry, "name", "?"),
		"what": sprintf("registry %v has no %v", [object.get(registry, "name", "?"), lack.en]),
		"what_ja": sprintf("レジストリ %v に%vがない", [object.get(registry, "name", "?"), lack.ja]),
	}
}

lacks(registry) := [lack |
	some lack in [
		{"key": "credentials", "en": "credentials", "ja": "認証情報"},
		{"key": "sources", "en": "notification or poll source", "ja": "通知またはポーリングの取得元"},
	]
	plan.is_none(object.get(registry, lack.key, null))
]

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
