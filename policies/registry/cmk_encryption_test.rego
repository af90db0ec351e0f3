# SPDX-License-Identifier: Apache-2.0
package seawall.registry.cmk_encryption_test

import data.seawall.registry.cmk_encryption as check

arm(properties) := {"kind": "registry", "form": "arm", "resource": {"name": "acr", "sku": {"name": "Premium"}, "properties": properties}}

asked := {"registry-cmk-encryption": {"effect": "audit"}}

passes(facts) if {
	count(check.deny) == 0 with input as facts with data.settings.parameters as asked
	count(check.missing) == 0 with input as facts with data.settings.parameters as asked
	not check.not_applicable with input as facts with data.settings.parameters as asked
}

fails(facts) if {
	count(check.deny) == 1 with input as facts with data.settings.parameters as asked
	count(check.missing) == 0 with input as facts with data.settings.parameters as asked
}

errs(facts) if count(check.missing) > 0 with input as facts with data.settings.parameters as asked

test_enabled if {
	passes(arm({"encryption": {"status": "enabled"}}))
	passes(arm({"encryption": {"status": "Enabled", "keyVaultProperties": {"keyIdentifier": "https://vault.example.org/keys/k"}}}))
}

test_not_enabled if fails(arm({"encryption": {"status": "disabled"}}))

test_the_field_is_missing if {
	fails(arm({}))
	fails(arm({"encryption": null}))
	fails(arm({"encryption": {}}))
	fails(arm({"encryption": {"status": null}}))
}

test_what_cannot_be_judged if {
	errs(arm({"encryption": {"status": "[parameters('s')]"}}))
	errs(arm({"encryption": {"status": true}}))
	errs({"form": "arm", "resource": {"properties": null}})
}

test_nobody_asked if {
	check.not_applicable with input as arm({})
	count(check.deny) == 0 with input as arm({})
	count(check.missing) == 0 with input as {"form": "arm"}
}

own(evidence) := {"kind": "registry", "name": "r", "storage_encryption": evidence}

test_a_key_of_the_operator if {
	passes(own({"mode": "aws:kms", "key_id": "arn:aws:kms:x", "rotated_at": "2026-01-01T00:00:00Z"}))
	passes(own({"mode": "luks", "key_id": "kms/registry"}))
	passes({"kind": "registry", "name": "r", "storage": {"s3": {"encrypt": true, "keyid": "k"}}})
}

test_no_key_of_the_operator if {
	fails(own({"mode": "none"}))
	fails(own({"mode": "AES256", "key_id": "k"}))
	fails(own({"mode": "aws:kms"}))
	fails(own({"mode": "aws:kms", "key_id": " "}))
	fails(own({"key_id": "k"}))
	fails({"kind": "registry", "name": "r", "storage": {"s3": {"encrypt": true}}})
	fails({"kind": "registry", "name": "r", "storage": {"s3": {"encrypt": false, "keyid": "k"}}})
}

test_no_evidence_is_no_key if {
	fails({"kind": "registry", "name": "r"})
	fails(own(null))
}
