# SPDX-License-Identifier: Apache-2.0
# e2e: kubernetes timeout=300 needs=etcd,jq,openssl,python3
# `check cluster` with policies of the user against a real API server: files, policies that live in the cluster, data.inventory,
# kinds that only these policies ask about, exclusions of Config, constraint status, every form, and --watch.
. "$SOURCE/tests/e2e/lib.sh"
bed=$W/bed
bed() { sh "$SOURCE/tests/kube/bed.sh" "$@"; }
watcher=
trap '[ -z "$watcher" ] || kill "$watcher" 2>/dev/null; bed stop "$bed" >/dev/null 2>&1' EXIT
if bed start "$bed" >"$W/out" 2>"$W/err"; then ok "a control plane starts"; else not_ok "a control plane starts" "see above" && exit; fi
admin=$bed/admin.conf
unset KUBECONFIG KUBERNETES_SERVICE_HOST
kubectl() { "$bed/bin/kubectl" --kubeconfig "$admin" "$@"; }
check() { "$SEAWALL" check cluster -q --kubeconfig "$admin" "$@"; }
holds() { # NAME FILE EXPRESSION: jq says true of it
	if jq -e "$3" "$2" >"$W/out" 2>"$W/err"; then ok "$1"; else not_ok "$1" "$3 is not so"; fi
}
rule() { printf '(.clusters[0].recommendations[] | select(.id == "%s"))' "$1"; }
bad() { printf '[%s.resources[] | select(.state == "unhealthy") | .resource]' "$(rule "$1")"; }

cat >policies.yaml <<'END'
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: uniqueselector}
spec:
  crd: {spec: {names: {kind: UniqueSelector}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      rego: |
        package uniqueselector
        violation[{"msg": msg}] {
          other := data.inventory.namespace[ns]["v1"]["Service"][name]
          other.spec.selector == input.review.object.spec.selector
          not same(name, ns)
          msg := sprintf("same selector as %v/%v", [ns, name])
        }
        same(name, ns) {
          name == input.review.object.metadata.name
          ns == input.review.object.metadata.namespace
        }
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: UniqueSelector
metadata:
  name: unique
  annotations: {seawall/severity: high, seawall/title: Selectors are unique}
spec:
  enforcementAction: scoped
  scopedEnforcementActions:
    - {action: warn, enforcementPoints: [{name: audit.gatekeeper.sh}]}
    - {action: deny, enforcementPoints: [{name: validation.gatekeeper.sh}]}
  match: {kinds: [{apiGroups: [""], kinds: [Service]}]}
---
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: needslabel}
spec:
  crd:
    spec:
      names: {kind: NeedsLabel}
      validation: {openAPIV3Schema: {type: object, properties: {label: {type: string}}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      rego: |
        package needslabel
        violation[{"msg": msg}] {
          not input.review.object.metadata.labels[input.parameters.label]
          msg := sprintf("label %v is missing", [input.parameters.label])
        }
        violation[{"msg": "it has a password"}] { input.review.object.data.password }
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NeedsLabel
metadata: {name: owner}
spec:
  match: {kinds: [{apiGroups: [""], kinds: [ConfigMap]}, {apiGroups: [autoscaling], kinds: [HorizontalPodAutoscaler]}], namespaces: [shop, spared]}
  parameters: {label: owner}
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NeedsLabel
metadata: {name: namespaces}
spec:
  match: {kinds: [{apiGroups: [""], kinds: [Namespace]}], excludedNamespaces: [kube-*, default]}
  parameters: {label: owner}
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NeedsLabel
metadata: {name: elsewhere}
spec:
  enforcementAction: scoped
  scopedEnforcementActions: [{action: deny, enforcementPoints: [{name: validation.gatekeeper.sh}]}]
  match: {kinds: [{apiGroups: [""], kinds: [Service]}]}
  parameters: {label: never}
---
apiVersion: config.gatekeeper.sh/v1alpha1
kind: Config
metadata: {name: config, namespace: gatekeeper-system}
spec:
  match:
    - {excludedNamespaces: [spared], processes: [audit]}
    - {excludedNamespaces: [hidden], processes: [sync]}
END
for ns in shop spared hidden; do kubectl create namespace $ns >/dev/null; done
service() { # NAME APP NAMESPACE
	printf '{"apiVersion":"v1","kind":"Service","metadata":{"name":"%s","namespace":"%s"},"spec":{"selector":{"app":"%s"},"ports":[{"port":80}]}}' "$1" "$3" "$2" |
		kubectl create -f - >/dev/null
}
service one a shop
service two a shop
service far b hidden
service near b shop
kubectl create configmap plain --from-literal=password=x -n shop >/dev/null
kubectl create configmap plain --from-literal=password=x -n spared >/dev/null
kubectl create -f - >/dev/null <<'END'
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: scaler, namespace: shop}
spec: {maxReplicas: 2, scaleTargetRef: {kind: Deployment, name: web}}
END

# ---- files ----
expect "policies of files" 0 check --policy policies.yaml -f json -o own.json
holds "they are judged by other objects" own.json "$(bad UniqueSelector/unique) == [\"hidden/Service/far\", \"shop/Service/one\", \"shop/Service/two\"]"
holds "with severity and title" own.json "$(rule UniqueSelector/unique) | .severity == \"high\" and .title == \"Selectors are unique\""
holds "over kinds that no recommendation asks about, whole" own.json \
	"$(bad NeedsLabel/owner) | index(\"shop/ConfigMap/plain\") != null and index(\"shop/HorizontalPodAutoscaler/scaler\") != null"
holds "not where Config leaves them out of audit" own.json "$(bad NeedsLabel/owner) | all(.[]; startswith(\"spared/\") | not)"
holds "the built-in rules are judged there" own.json "any(.clusters[0].recommendations[].resources[]?; .resource | startswith(\"spared/\"))"
holds "namespaces themselves are judged" own.json "$(bad NeedsLabel/namespaces) == [\"Namespace/hidden\", \"Namespace/shop\"]"
holds "a constraint that is not for audit says nothing" own.json "$(bad NeedsLabel/elsewhere) == []"
expect "one of them" 1 check --policy policies.yaml --recommendation UniqueSelector/unique --fail-on high
has "in detail" "$W/out" 'same selector as shop/two'
expect "a name that is none" 2 check --policy policies.yaml --recommendation UniqueSelector/none
check --policy policies.yaml >form.table
has "form table has them" form.table 'Selectors are unique'
for form in sarif junit policy-report csv html markdown; do
	check --policy policies.yaml -f $form >"form.$form" 2>"$W/err"
	has "form $form has them" "form.$form" 'same selector as shop/two'
done
check --policy policies.yaml --export-constraints - --timestamp >status.yaml
"$SEAWALL" rego eval -i status.yaml true >/dev/null 2>&1
has "status: when" status.yaml 'auditTimestamp'
has "status: who" status.yaml 'id: seawall-audit'
grep -A60 'name: unique$' status.yaml | sed '/^---/q' >unique.yaml
has "status: the total" unique.yaml 'totalViolations: 3'
has "status: group and version" unique.yaml 'version: v1'
has "status: scoped actions" unique.yaml 'enforcementActions'
"$SEAWALL" facts cluster -q --kubeconfig "$admin" -o facts.json
expect "facts" 0 "$SEAWALL" check cluster -q --facts facts.json --policy policies.yaml -f json -o facts.out
holds "facts: judged by other objects" facts.out "$(bad UniqueSelector/unique) == [\"hidden/Service/far\", \"shop/Service/one\", \"shop/Service/two\"]"
holds "facts: what they hold only in part is an error, not healthy" facts.out "$(rule NeedsLabel/owner) | .counts.error > 0 and .counts.healthy == 0"
printf 'kind: nothing\n' >nothing.yaml
expect "a file without policies is an error" 3 check --policy nothing.yaml
sed 's/package needslabel/package/' policies.yaml >broken.yaml
expect "one that does not load is an error" 3 check --policy broken.yaml
has "that names it" "$W/err" 'needslabel'

# ---- policies that live in the cluster ----
# (An API server of this version that was built by the Go of Debian 12 dies of custom resources sooner or later: a proxy in front
# of it serves them.)
cat >proxy.py <<'END'
import http.server, json, ssl, sys, urllib.request
real, bed = sys.argv[1], sys.argv[2]
context = ssl.create_default_context(cafile=bed + "/ca.crt")
context.load_cert_chain(bed + "/admin.crt", bed + "/admin.key")
policies = json.load(open(sys.argv[3]))
served = {"templates.gatekeeper.sh/v1": {"constrainttemplates": "ConstraintTemplate"}, "config.gatekeeper.sh/v1alpha1": {"configs": "Config"},
	"constraints.gatekeeper.sh/v1beta1": {"needslabel": "NeedsLabel"}}
class Handler(http.server.BaseHTTPRequestHandler):
	protocol_version = "HTTP/1.1"
	def log_message(self, *args): pass
	def answer(self, code, body, kind="application/json"):
		self.send_response(code)
		self.send_header("Content-Type", kind)
		self.send_header("Content-Length", str(len(body)))
		self.end_headers()
		self.wfile.write(body)
	def do_POST(self): self.forward(self.rfile.read(int(self.headers.get("Content-Length", 0))))
	def forward(self, data=None):
		headers = {k: v for k, v in self.headers.items() if k in ("Accept", "Content-Type")}
		try:
			with urllib.request.urlopen(urllib.request.Request(real + self.path, data, headers), context=context) as r:
				return self.answer(r.status, r.read(), r.headers["Content-Type"])
		except urllib.error.HTTPError as e:
			return self.answer(e.code, e.read(), e.headers["Content-Type"])
	def do_GET(self):
		path = self.path.split("?")[0]
		parts = path.split("/")
		version = "/".join(parts[2:4])
		if path == "/apis":
			with urllib.request.urlopen(real + "/apis", context=context) as r: groups = json.load(r)
			for v in served:
				row = {"groupVersion": v, "version": v.split("/")[1]}
				groups["groups"].append({"name": v.split("/")[0], "versions": [row], "preferredVersion": row})
			return self.answer(200, json.dumps(groups).encode())
		if version not in served: return self.forward()
		if len(parts) == 4:
			rows = [{"name": n, "kind": k, "namespaced": False, "verbs": ["list", "watch", "get"]} for n, k in served[version].items()]
			return self.answer(200, json.dumps({"kind": "APIResourceList", "groupVersion": version, "resources": rows}).encode())
		kind = served[version].get(parts[4])
		items = [p for p in policies if p["apiVersion"] == version and p["kind"] == kind]
		return self.answer(200, json.dumps({"kind": kind + "List", "apiVersion": version, "metadata": {"resourceVersion": "1"}, "items": items}).encode())
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
END
cat >policies.json <<'END'
[{"apiVersion": "templates.gatekeeper.sh/v1", "kind": "ConstraintTemplate", "metadata": {"name": "needslabel"},
  "spec": {"crd": {"spec": {"names": {"kind": "NeedsLabel"}, "validation": {"openAPIV3Schema": {"type": "object", "properties": {"label": {"type": "string"}}}}}},
    "targets": [{"target": "admission.k8s.gatekeeper.sh",
      "rego": "package needslabel\nviolation[{\"msg\": \"no label\"}] { not input.review.object.metadata.labels[input.parameters.label] }\n"}]}},
 {"apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": "NeedsLabel", "metadata": {"name": "live", "uid": "u-1", "generation": 3},
  "spec": {"match": {"kinds": [{"apiGroups": [""], "kinds": ["Service"]}]}, "parameters": {"label": "owner"}}},
 {"apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": "NeedsLabel", "metadata": {"name": "wrong"}, "spec": {"parameters": {"label": 7}}},
 {"apiVersion": "config.gatekeeper.sh/v1alpha1", "kind": "Config", "metadata": {"name": "config", "namespace": "gatekeeper-system"},
  "spec": {"match": [{"excludedNamespaces": ["hid*"], "processes": ["*"]}]}}]
END
python3 proxy.py "https://127.0.0.1:$(cat "$bed/port")" "$bed" policies.json >proxy.port 2>proxy.log &
proxy=$!
server=$proxy
await test -s proxy.port
printf 'apiVersion: v1\nkind: Config\ncurrent-context: a\nclusters: [{name: a, cluster: {server: "http://127.0.0.1:%s"}}]\nusers: [{name: a, user: {}}]\ncontexts: [{name: a, context: {cluster: a, user: a}}]\n' \
	"$(cat proxy.port)" >proxy.conf
chmod 600 proxy.conf
expect "policies of the cluster" 0 "$SEAWALL" check cluster -q --kubeconfig proxy.conf --cluster-policies -f json -o cluster.json --export-constraints live.yaml
holds "are judged, but for where its Config leaves them out" cluster.json \
	"$(bad NeedsLabel/live) | index(\"shop/Service/one\") != null and index(\"hidden/Service/far\") == null"
holds "one that does not load is told" cluster.json 'any(.clusters[0].not_read[]; .what == "policy NeedsLabel/wrong" and (.reason | contains("label")))'
has "its status has who it is of" live.yaml 'constraintUID: u-1'
expect "without that they are not" 0 "$SEAWALL" check cluster -q --kubeconfig proxy.conf -f json -o without.json
holds "judged" without.json '[.clusters[0].recommendations[] | select(.id == "NeedsLabel/live")] == []'
"$SEAWALL" facts cluster -q --kubeconfig proxy.conf -o held.json
expect "and from facts" 0 "$SEAWALL" check cluster -q --facts held.json --cluster-policies -f json -o held.out
holds "the same" held.out "$(bad NeedsLabel/live) | index(\"shop/Service/one\") != null and index(\"hidden/Service/far\") == null"
kill $proxy
wait $proxy

# ---- followed ----
"$SEAWALL" check cluster --kubeconfig "$admin" --policy policies.yaml --watch -f json -o state.json >lines 2>notes &
watcher=$!
server=$watcher
soon() { # NAME EXPRESSION: some line fits, at most 30 seconds later
	tries=0
	until jq -es "any(.[]; $2)" lines >/dev/null 2>&1; do
		tries=$((tries + 1))
		if [ $tries -gt 300 ] || ! kill -0 $watcher; then cp lines "$W/out" && cp notes "$W/err" && not_ok "$1" "no line with $2" && return; fi
		sleep 0.1
	done
	ok "$1"
}
soon "it begins" '.event == "started"'
kubectl delete service two -n shop >/dev/null
soon "an object that is judged anew because another one is gone" \
	'.recommendation == "UniqueSelector/unique" and .resource == "shop/Service/one" and .from == "unhealthy" and .to == "healthy"'
service three a shop
soon "and because another one came" '.recommendation == "UniqueSelector/unique" and .resource == "shop/Service/one" and .to == "unhealthy"'
kubectl label namespace shop owner=me >/dev/null
soon "a namespace that changes" '.recommendation == "NeedsLabel/namespaces" and .resource == "Namespace/shop" and .to == "healthy"'
kubectl create configmap late -n shop >/dev/null
soon "a kind that only policies of the user ask about" '.recommendation == "NeedsLabel/owner" and .resource == "shop/ConfigMap/late" and .to == "unhealthy"'

# ---- several clusters in one report ----
kill -INT $watcher
wait $watcher
watcher=
cat >many.conf <<END
apiVersion: v1
kind: Config
current-context: one
clusters:
- {name: prod-a, cluster: {server: "https://127.0.0.1:$(cat "$bed/port")", certificate-authority: $bed/ca.crt}}
- {name: test-b, cluster: {server: "https://127.0.0.1:$(cat "$bed/port")", certificate-authority: $bed/ca.crt}}
- {name: gone, cluster: {server: "https://127.0.0.1:1", certificate-authority: $bed/ca.crt}}
users: [{name: admin, user: {client-certificate: $bed/admin.crt, client-key: $bed/admin.key}}]
contexts:
- {name: one, context: {cluster: prod-a, user: admin}}
- {name: two, context: {cluster: test-b, user: admin}}
- {name: three, context: {cluster: gone, user: admin}}
END
chmod 600 many.conf
cat >scoped.yaml <<'END'
scopes:
  - name: production
    clusters: [prod-*]
    rules:
      service-allowed-ports: {parameters: {allowedServicePortsList: ["80", "443"]}}
END
many() { "$SEAWALL" check cluster -q --kubeconfig many.conf --parameters scoped.yaml "$@"; }
expect "two contexts" 0 many --context one --context two -f json -o many.json
holds "a part for each" many.json '[.clusters[].source] == ["one", "two"]'
ports() { printf '(.clusters[%s].recommendations[] | select(.id == "service-allowed-ports") | .state)' "$1"; }
holds "scopes by the name of the cluster hold in one" many.json "$(ports 0) != \"needs_decision\""
holds "and not in the other" many.json "$(ports 1) == \"needs_decision\""
expect "all contexts, of which one cannot be reached" 3 many --all-contexts -f json -o all.json
holds "the others are reported" all.json '[.clusters[] | select(.error == null)] | length == 2'
holds "and why that one is not" all.json '.clusters[2].source == "three" and (.clusters[2].error | contains("127.0.0.1"))'
for form in table sarif junit policy-report csv html markdown; do
	many --all-contexts -f $form >"all.$form" 2>"$W/err"
	has "form $form says it" "all.$form" '127.0.0.1 port 1'
done
expect "both options" 2 many --context one --all-contexts
expect "one at a time with --watch" 2 many --context one --context two --watch
expect "facts are of one cluster" 2 "$SEAWALL" facts cluster --kubeconfig many.conf --context one --context two
