# SPDX-License-Identifier: Apache-2.0
# `seawall check cloud`: resources and facts documents judged, in every form they may come.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C
below=/subscriptions/s1/resourceGroups/rg/providers

cat >registry.json <<END
{"id": "$below/Microsoft.ContainerRegistry/registries/acr", "name": "acr",
 "type": "Microsoft.ContainerRegistry/registries", "sku": {"name": "Premium"},
 "properties": {"encryption": {"status": "disabled"}, "networkRuleSet": {"defaultAction": "Deny"},
  "privateEndpointConnections": [{"properties": {"privateLinkServiceConnectionState": {"status": "Approved"}}}]}}
END
cat >assessment.json <<END
{"value": [{"type": "Microsoft.Security/assessments", "name": "dbd0cb49-b563-45e7-9724-889e799fa648",
 "id": "$below/Microsoft.ContainerRegistry/registries/ACR/providers/Microsoft.Security/assessments/dbd0cb49-b563-45e7-9724-889e799fa648",
 "properties": {"status": {"code": "Healthy"}}}, {"type": "Microsoft.Storage/storageAccounts", "name": "s"}]}
END
cat >cluster.json <<END
[{"id": "$below/Microsoft.ContainerService/managedClusters/aks", "name": "aks",
 "type": "microsoft.containerservice/managedclusters",
 "properties": {"kubernetesVersion": "1.13.4", "enableRBAC": true, "addonProfiles": {"azurepolicy": {"enabled": true}},
  "apiServerAccessProfile": {"authorizedIPRanges": ["192.0.2.0/24"]}}}]
END

expect "a good registry" 0 "$SEAWALL" check cloud --fail-on low --facts registry.json --facts assessment.json
has "a good registry: counts" out "3 passed, 0 failed"
has "what nothing is about is named" out "microsoft.storage/storageaccounts"
expect "without the assessment nothing is known of the images" 3 "$SEAWALL" check cloud --fail-on high --facts registry.json
has "without the assessment: said" out "there is no assessment"
expect "what is off is judged when asked for" 1 "$SEAWALL" check cloud --fail-on low --enable registry-cmk-encryption -f json --facts registry.json --facts assessment.json
has "what is off: finding" out '"SW-REC-006"'
expect "a cluster with a known flaw" 1 "$SEAWALL" check cloud --fail-on high --facts cluster.json
has "a cluster with a known flaw: named" out "CVE-2019-9946; fixed in 1.13.5"
expect "several in a folder, by the standard of SARIF" 0 "$SEAWALL" check cloud -f sarif --facts .
has "in a folder: rule" out '"SW-REC-015"'
for form in junit csv html markdown; do
	expect "form $form" 0 "$SEAWALL" check cloud -f "$form" --facts cluster.json
	has "form $form: finding" out "SW-REC-015"
done
expect "in Japanese" 0 "$SEAWALL" check cloud --lang ja --facts cluster.json
has "in Japanese: title" out "脆弱性のない Kubernetes バージョンへ更新する"
expect "a pipe" 1 sh -c '"$SEAWALL" check cloud --fail-on high --facts - <cluster.json'

printf 'rules:\n  kubernetes-version-not-vulnerable:\n    enforcement: disabled\n' >p.yaml
expect "a recommendation is switched off by a file" 0 "$SEAWALL" check cloud --fail-on low --parameters p.yaml --facts cluster.json
printf 'rules:\n  rbac-enabled:\n    parameters: {modes: x}\n' >bad.yaml
expect "a parameter that there is not" 2 "$SEAWALL" check cloud --parameters bad.yaml --facts cluster.json
has "a parameter that there is not: which" err "bad.yaml line 2: rules.rbac-enabled.parameters.modes: unknown parameter; allowed: mode"

cat >own.json <<'END'
{"schema_version": 1, "kind": "tenant", "name": "t", "collected_at": "2026-11-22T12:00:00Z",
 "plans": {"registry_scanning": "on", "cluster_threat_detection": "off"}, "registries": [], "clusters": []}
END
expect "a facts document" 1 "$SEAWALL" check cloud --fail-on high --facts own.json
has "a facts document: finding" out "the plan cluster_threat_detection is not switched on"
lacks "a facts document: the other plan is on" out "registry_scanning"

expect "nothing to judge" 3 sh -c 'echo "{\"value\": []}" | "$SEAWALL" check cloud --facts -'
has "nothing to judge: said" err "there is no managed cluster, registry or pricing record"
expect "an answer that is an error" 3 sh -c 'echo "{\"error\": {\"code\": \"Denied\", \"message\": \"no right\"}}" | "$SEAWALL" check cloud --facts -'
has "an answer that is an error: said" err "the answer is an error: Denied: no right"
expect "no JSON" 3 sh -c 'echo "{" | "$SEAWALL" check cloud --facts -'
expect "no facts" 2 "$SEAWALL" check cloud
expect "no such file" 3 "$SEAWALL" check cloud --facts none.json
mkdir -p part && cp cluster.json part/ && printf '{' >part/broken.json && printf '{"a": 1}' >part/else.json
expect "a file of a folder that is broken has not passed" 3 "$SEAWALL" check cloud --fail-on critical --facts part
has "a broken file is named" out "broken.json"
