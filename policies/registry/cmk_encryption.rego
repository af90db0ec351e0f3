# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Registry content is encrypted with a customer-managed key
# description: >-
#   What the registry stores is encrypted under a key that you hold. With a key of your own you
#   decide when it is rotated or withdrawn, and a copied disk is of no use to who has not got it.
# related_resources:
#   - https://learn.microsoft.com/azure/templates/microsoft.containerregistry/registries
# custom:
#   id: SW-REC-006
#   aliases: [registry-cmk-encryption, 5b9159ae-1701-4a6f-9a7a-aa9c8ddd0580]
#   severity: medium
#   message: "{what}"
#   remediation: >-
#     Create the registry with a key from your own key store (many registries cannot be changed
#     afterwards), let the identity of the registry use the key to wrap and unwrap, and plan its
#     rotation. A registry of your own: encrypt its storage under a key you hold and declare it as
#     storage_encryption.
#   ja:
#     title: レジストリをカスタマー マネージド キーで暗号化する
#     description: "レジストリの保存内容が、自分で管理する鍵で暗号化されている。鍵を自分で持てば、更新や失効の時期を自分で決められ、複製されたディスクは鍵の無い者には役に立たない。"
#     message: "{what_ja}"
#     remediation: "自分の鍵ストアの鍵を指定してレジストリを作成し（後から変更できないものが多い）、レジストリの ID にラップとアンラップを許可し、鍵の更新を計画する。自前のレジストリでは、保存先を自分の鍵で暗号化し、storage_encryption として申告する。"
package seawall.registry.cmk_encryption

import data.seawall.lib.arm
import data.seawall.lib.facts
import data.seawall.lib.settings

recommendation := "registry-cmk-encryption"

# Nothing is judged unless somebody asks for it.
not_applicable := settings.opt_in if not judged

judged if not settings.is_disabled(recommendation, "disabled")

unread contains reason if {
	judged
	some reason in arm.unclear
}

unread contains arm.not_a_text(["encryption", "status"]) if {
	judged
	arm.is_arm
}

deny contains finding if {
	judged
	arm.is_arm
	not arm.is_word_at(["encryption", "status"], "enabled")
	finding := {
		"subject": arm.name,
		"evidence": sprintf("encryption.status: %v%v", [arm.shown(["encryption", "status"]), sku]),
		"what": "the registry is not encrypted with a customer-managed key",
		"what_ja": "レジストリがカスタマー マネージド キーで暗号化されていない",
	}
}

# The feature needs a certain edition.
sku := sprintf("; sku %v", [arm.member(arm.member(input.resource, "sku"), "name")]) else := ""

# Elsewhere: what the operator says of the storage; saying nothing is no key.
deny contains finding if {
	judged
	not arm.is_arm
	not own_key
	finding := {
		"subject": facts.name,
		"evidence": sprintf("storage_encryption: %v", [json.marshal(object.get(input, "storage_encryption", null))]),
		"what": "nothing shows that the storage of the registry is encrypted under a key of yours",
		"what_ja": "レジストリの保存先が自分の鍵で暗号化されている証拠がない",
	}
}

own_key if {
	is_string(input.storage_encryption.mode)
	trim_space(input.storage_encryption.mode) != ""
	not lower(trim_space(input.storage_encryption.mode)) in no_key
	is_string(input.storage_encryption.key_id)
	trim_space(input.storage_encryption.key_id) != ""
}

# The configuration of a storage driver that says it itself.
own_key if {
	arm.is_true(input.storage.s3.encrypt)
	trim_space(input.storage.s3.keyid) != ""
}

# No encryption, or a key of the provider.
no_key := {
	"none",
	"no",
	"off",
	"false",
	"disabled",
	"plain",
	"unencrypted",
	"aes256",
	"sse-s3",
	"provider",
	"platform",
	"provider-managed",
	"platform-managed",
	"microsoft.storage",
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
