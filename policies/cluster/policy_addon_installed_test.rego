# SPDX-License-Identifier: Apache-2.0
package seawall.cluster.policy_addon_installed_test

import data.seawall.cluster.policy_addon_installed as check

arm(properties) := {"kind": "cluster", "form": "arm", "resource": {
	"type": "Microsoft.ContainerService/managedClusters",
	"name": "aks",
	"properties": properties,
}}

passes(facts) if {
	count(check.deny) == 0 with input as facts
	count(check.missing) == 0 with input as facts
	not check.not_applicable with input as facts
}

fails(facts, n) if {
	count(check.deny) == n with input as facts
	count(check.missing) == 0 with input as facts
}

errs(facts) if count(check.missing) > 0 with input as facts

test_enabled_whatever_the_case if {
	passes(arm({"addonProfiles": {"azurePolicy": {"enabled": true}}}))
	passes(arm({"addonProfiles": {"azurepolicy": {"enabled": true}}}))
	passes(arm({"addonprofiles": {"AZUREPOLICY": {"Enabled": "True"}}}))
	passes({"kind": "cluster", "form": "arm", "resource": {"name": "aks", "addonProfiles": {"azurepolicy": {"enabled": true}}}})
}

test_not_enabled if fails(arm({"addonProfiles": {"azurepolicy": {"enabled": false}}}), 1)

test_the_field_is_missing if {
	fails(arm({}), 1)
	fails(arm({"addonProfiles": null}), 1)
	fails(arm({"addonProfiles": {"omsagent": {"enabled": true}}}), 1)
	fails(arm({"addonProfiles": {"azurepolicy": {}}}), 1)
	fails(arm({"addonProfiles": {"azurepolicy": {"enabled": null}}}), 1)
}

test_what_cannot_be_judged if {
	errs(arm({"addonProfiles": {"azurepolicy": {"enabled": "[parameters('p')]"}}}))
	errs(arm({"addonProfiles": {"azurepolicy": {"enabled": 1}}}))
	errs({"kind": "cluster", "form": "arm", "resource": {"name": "aks", "properties": null}})
}

test_older_than_1_14 if {
	old := arm({"kubernetesVersion": "1.13.12"})
	check.not_applicable with input as old
	count(check.deny) == 0 with input as old
	fails(arm({"kubernetesVersion": "1.14.0"}), 1)
	check.not_applicable with input as {"kind": "cluster", "version": {"gitVersion": "v1.13.12"}}
}

good_bundle := "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJpRENDQVMrZ0F3SUJBZ0lVWE11aklMQjhMcmtuTGFvTmJKbUh4RGN3c21Vd0NnWUlLb1pJemowRUF3SXcKR1RFWE1CVUdBMVVFQXd3T1kyRXVaWGhoYlhCc1pTNXZjbWN3SUJjTk1qWXhNVEl5TVRFeU5ETTRXaGdQTWpFeQpOakV3TWpreE1USTBNemhhTUJreEZ6QVZCZ05WQkFNTURtTmhMbVY0WVcxd2JHVXViM0puTUZrd0V3WUhLb1pJCnpqMENBUVlJS29aSXpqMERBUWNEUWdBRTYrbUF4ZlNiZHVrc1dyTk5ScWRZdFRLdC81UmVjTkQ3ZHc0azJDSG4KSnkzcDJ1SHVZTmxRYWNxa2c5Zkx0UTFtdUZCZ3FIZVpESFVKTGovaDlud01hNk5UTUZFd0hRWURWUjBPQkJZRQpGTUExWUpNaWF0UVlpd2NBRjQ2Vkk1MGp1K3JwTUI4R0ExVWRJd1FZTUJhQUZNQTFZSk1pYXRRWWl3Y0FGNDZWCkk1MGp1K3JwTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3Q2dZSUtvWkl6ajBFQXdJRFJ3QXdSQUlnT0xRN1VKdlYKU3FDMWk1bi9lVGtBZkpHQWxhY2xjTTFCaEtIN3ZMcXlpMEVDSUFzTE9HbjhyUkxCYXJvMTdTYXhTTGdxWUtrVwppRHJDejRFUUUyVWNNSTMxCi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K"

hook(bundle) := {"name": "validate.seawall", "clientConfig": {
	"service": {"namespace": "seawall", "name": "seawall-webhook"},
	"caBundle": bundle,
}}

configuration(hooks) := {
	"kind": "ValidatingWebhookConfiguration",
	"metadata": {"name": "seawall-validating"},
	"webhooks": hooks,
}

pod(ready) := {"namespace": "seawall", "name": "seawall-webhook-1", "ready": ready}

facts(hooks, pods, found, heartbeat) := {
	"kind": "cluster",
	"collected_at": "2026-11-22T12:00:00Z",
	"version": {"gitVersion": "v1.30.1"},
	"webhooks": [configuration(hooks)],
	"policy_addon": {"service": {"found": found}, "pods": pods, "heartbeat": heartbeat},
}

ours := facts([hook(good_bundle)], [pod(true)], true, "2026-11-22T11:50:00Z")

test_installed_and_alive if passes(ours)

test_a_heartbeat_of_45_minutes_is_too_old if {
	fails(facts([hook(good_bundle)], [pod(true)], true, "2026-11-22T11:15:00Z"), 1)
	passes(facts([hook(good_bundle)], [pod(true)], true, "2026-11-22T11:15:01Z"))
	fails(facts([hook(good_bundle)], [pod(true)], true, null), 1)
}

test_a_pod_is_not_ready if {
	fails(facts([hook(good_bundle)], [pod(false)], true, "2026-11-22T11:50:00Z"), 1)
	fails(facts([hook(good_bundle)], [], true, "2026-11-22T11:50:00Z"), 1)
}

test_the_service_is_not_there if fails(facts([hook(good_bundle)], [pod(true)], false, "2026-11-22T11:50:00Z"), 1)

test_the_bundle_is_no_certificate if {
	fails(facts([hook("bm90IGEgY2VydGlmaWNhdGU=")], [pod(true)], true, "2026-11-22T11:50:00Z"), 1)
	fails(facts([{"name": "h", "clientConfig": {"service": {"namespace": "seawall", "name": "s"}}}], [pod(true)], true, "2026-11-22T11:50:00Z"), 1)
}

test_no_webhook_of_ours if {
	fails(object.union(ours, {"webhooks": []}), 1)
	fails(object.union(ours, {"webhooks": [{
		"kind": "ValidatingWebhookConfiguration",
		"metadata": {"name": "gatekeeper-validating-webhook-configuration"},
		"webhooks": [hook(good_bundle)],
	}]}), 1)
	fails(object.union(ours, {"webhooks": [{
		"kind": "MutatingWebhookConfiguration",
		"metadata": {"name": "seawall-mutating"},
		"webhooks": [hook(good_bundle)],
	}]}), 1)
}

test_a_label_names_it_as_well if passes(object.union(ours, {"webhooks": [{
	"kind": "ValidatingWebhookConfiguration",
	"metadata": {"name": "policies", "labels": {"app.kubernetes.io/name": "seawall"}},
	"webhooks": [hook(good_bundle)],
}]}))

test_from_the_objects if {
	found := object.remove(ours, ["policy_addon"])
	metadata := {"namespace": "seawall", "name": "seawall-webhook"}
	running := {"kind": "Pod", "metadata": {"namespace": "seawall", "name": "seawall-webhook-1"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}
	lease := {"kind": "Lease", "metadata": {"namespace": "seawall", "name": "seawall-audit"}, "spec": {"renewTime": "2026-11-22T11:59:00.000000Z"}}
	objects := [{"kind": "Service", "metadata": metadata}, running, lease]
	passes(object.union(found, {"objects": objects}))
	fails(object.union(found, {"objects": array.slice(objects, 1, 3)}), 1)
	fails(object.union(found, {"objects": array.slice(objects, 0, 2)}), 1)
	fails(object.union(found, {"objects": [objects[0], json.patch(running, [{"op": "replace", "path": "/status/conditions/0/status", "value": "False"}]), lease]}), 1)
}

test_nothing_is_known if {
	errs({"kind": "cluster"})
	errs(object.remove(ours, ["policy_addon"]))
	errs(object.remove(ours, ["collected_at"]))
	errs(object.union(ours, {"not_read": [{"what": "webhooks", "reason": "no right to list them"}], "webhooks": []}))
}

test_disabled if {
	set := {"policy-addon-installed": {"effect": "disabled"}}
	check.not_applicable with input as arm({}) with data.settings.parameters as set
	count(check.deny) == 0 with input as arm({}) with data.settings.parameters as set
}
