# SPDX-License-Identifier: Apache-2.0
# e2e: kubernetes needs=curl,jq,openssl,python3,etcd timeout=300
# Policy reports of `check manifest` and `check cluster` are what an API server with their definitions stores: every field known,
# of its type, none dropped; applied again they replace the old ones.
. "$SOURCE/tests/e2e/lib.sh"
. "$SOURCE/tests/kube/webhook.sh"
export BED_CONTROLLER=no
bed_starts

# One schema for both kinds.
python3 - "$SOURCE/tests/kube/policy_report.yaml" >definitions.yaml <<'END'
import sys
text = open(sys.argv[1]).read()
schema = text.split("openAPIV3Schema: &schema\n", 1)[1].split("---\n", 1)[0].rstrip("\n")
print(text.replace("openAPIV3Schema: SCHEMA", "openAPIV3Schema:\n" + schema).replace("&schema", ""), end="")
END
holds "the definitions are accepted" kubectl apply -f definitions.yaml
established() { kubectl get --raw /apis/wgpolicyk8s.io/v1alpha2 | jq -e '[.resources[].kind] | index("PolicyReport") and index("ClusterPolicyReport")'; }
holds "and served" await established

kubectl create namespace shop >/dev/null
cat >objects.yaml <<'END'
apiVersion: v1
kind: Pod
metadata: {name: bad, namespace: shop, annotations: {note: "\"odd\": 日本"}}
spec: {hostPID: true, containers: [{name: app, image: "app:1", securityContext: {privileged: true}}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: known, namespace: shop, annotations: {seawall/ignore: "no-host-pid-ipc it's \"known\": yes"}}
spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {hostPID: true, containers: [{name: app, image: "app:1"}]}}}
END
cat >cluster-wide.yaml <<'END'
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: Own
metadata: {name: own}
spec: {match: {kinds: [{apiGroups: [""], kinds: [Namespace]}]}}
---
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: own}
spec:
  crd: {spec: {names: {kind: Own}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      rego: |
        package own
        violation[{"msg": "no team"}] { not input.review.object.metadata.labels.team }
END
printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n' >namespace.yaml
mkdir objects
mv objects.yaml namespace.yaml objects/

normal() { jq -S '[.items[] | {kind, name: .metadata.name, namespace: .metadata.namespace, summary, results, scope}] | sort_by(.kind, .namespace)'; }
# What is stored, field by field, is what was written: nothing was dropped as unknown.
stored_whole() { # NAME
	kubectl create --dry-run=client -o json -f report.yaml | jq -s '{items: .}' | normal >written
	kubectl get policyreports,clusterpolicyreports -A -o json | normal >stored
	if jq -e 'length > 0' written >/dev/null; then same "$1" stored written; else not_ok "$1" "no report was written"; fi
}
expect "a report of manifests" 0 "$SEAWALL" check manifest objects --policy cluster-wide.yaml -f policy-report -o report.yaml
holds "kubectl apply takes it" kubectl apply -f report.yaml
stored_whole "and stores all of it"
both() { jq -e '[.[].kind] | index("PolicyReport") != null and index("ClusterPolicyReport") != null' stored; }
holds "what lies in a namespace and what lies in none" both
results() { jq -e '[.[].results[]?.result] | (index("fail") and index("skip") and index("warn"))' stored; }
holds "failures, exceptions and decisions that are due" results
version() { kubectl get policyreports,clusterpolicyreports -A -o json | jq -r '[.items[].metadata.resourceVersion] | join(",")'; }
before=$(version)
kubectl apply -f report.yaml >/dev/null
[ -n "$before" ] && [ "$(version)" = "$before" ] && ok "applied again it changes nothing" || not_ok "applied again it changes nothing" "$before, then $(version)"
kubectl delete policyreports,clusterpolicyreports --all -A >/dev/null 2>&1

holds "the objects are created" kubectl apply -f objects
expect "a report of a cluster" 0 "$SEAWALL" check cluster -q --kubeconfig "$KUBECONFIG" -f policy-report -o report.yaml
holds "kubectl apply takes it, too" kubectl apply -f report.yaml
stored_whole "and stores all of it, too"
found() { jq -e 'any(.[].results[]?; .policy == "no-privileged-containers" and .result == "fail")' stored; }
holds "with what was found" found

# The schema is one that refuses: a wrong type and a wrong word do not get through.
kubectl create --dry-run=client -o json -f report.yaml >reports.json
jq -c '.summary.pass = "many"' reports.json >wrong.json
refused "a wrong type would be refused" 'summary.pass' kubectl apply -f wrong.json
jq -c '.results[].result = "maybe"' reports.json >wrong.json
refused "a wrong word would be, too" 'Unsupported value: "maybe"' kubectl apply -f wrong.json
