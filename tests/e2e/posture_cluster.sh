# SPDX-License-Identifier: Apache-2.0
# e2e: kubernetes timeout=420 needs=etcd,etcdctl,curl,jq,openssl
# `check cluster` against a real API server: the same answer as from its facts, a restricted account, 500 pods, and --watch:
# changes within seconds, exemptions that end, parameters that change, an API server that goes away and comes back.
. "$SOURCE/tests/e2e/lib.sh"
. "$SOURCE/tests/kube/calm.sh"
bed=$W/bed
bed() { sh "$SOURCE/tests/kube/bed.sh" "$@"; }
watcher=
trap '[ -z "$watcher" ] || kill "$watcher" 2>/dev/null; bed stop "$bed"; stop_servers' EXIT
if bed start "$bed" >"$W/out" 2>"$W/err"; then ok "a control plane starts"; else not_ok "a control plane starts" "see above" && exit; fi
admin=$bed/admin.conf
unset KUBECONFIG KUBERNETES_SERVICE_HOST
kubectl() { "$bed/bin/kubectl" --kubeconfig "$admin" "$@"; }
check() { "$SEAWALL" check cluster -q --kubeconfig "$@"; }
holds() { # NAME FILE EXPRESSION: jq says true of it
	if jq -e "$3" "$2" >"$W/out" 2>"$W/err"; then ok "$1"; else not_ok "$1" "$3 is not so"; fi
}
state() { printf '(.clusters[0].recommendations[] | select(.id == "%s"))' "$1"; }
soon() { # NAME FILE EXPRESSION: some line of it fits, at most 40 seconds later
	tries=0
	until jq -es "any(.[]; $3)" "$2" >/dev/null 2>&1; do
		tries=$((tries + 1))
		if [ $tries -gt 400 ]; then cp "$2" "$W/out" && not_ok "$1" "no line with $3" && return; fi
		sleep 0.1
	done
	ok "$1"
}

kubectl create namespace shop >/dev/null
cat >web.yaml <<'END'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: app, image: example.com/web:1, securityContext: {privileged: true}}
END
kubectl apply -f web.yaml >/dev/null
pods() { [ "$(kubectl get pods -n "$1" -o name | wc -l)" -ge "$2" ]; }
server=
await pods shop 2

# ---- live and facts ----
both_views() {
	expect "a cluster" 0 check "$admin" -f json -o live.json
	"$SEAWALL" facts cluster -q --kubeconfig "$admin" -o facts.json
}
calm both_views
expect "its facts" 0 "$SEAWALL" check cluster -q --facts facts.json -f json -o saved.json
for file in live saved; do jq 'del(.clusters[].source, .clusters[].collected_at)' $file.json >$file.cmp; done
same "live and facts give one answer" live.cmp saved.cmp
holds "pods show under their deployment" live.json \
	"$(state no-privileged-containers) | [.resources[].resource] == [\"shop/Deployment/web\"] and .affected_pods == 2"

# ---- what makes no pod yet ----
cat >stored.yaml <<'END'
apiVersion: v1
kind: PodTemplate
metadata: {name: stored, namespace: shop}
template:
  spec:
    hostIPC: true
    containers:
    - {name: app, image: example.com/web:1}
END
kubectl apply -f stored.yaml >/dev/null
expect "a cluster with a PodTemplate" 0 check "$admin" -f json -o stored.json
"$SEAWALL" facts cluster -q --kubeconfig "$admin" -o facts.json
expect "its facts have the PodTemplate" 0 "$SEAWALL" check cluster -q --facts facts.json -f json -o saved.json
for file in stored saved; do
	holds "a PodTemplate is judged: $file" $file.json "$(state no-host-pid-ipc) | [.resources[].resource] == [\"shop/PodTemplate/stored\"]"
done
kubectl delete -f stored.yaml >/dev/null

# ---- an account that may read little ----
bed user "$bed" dev >/dev/null
kubectl create clusterrole few --verb=get,list,watch --resource=pods,deployments.apps,replicasets.apps,namespaces >/dev/null
kubectl create clusterrolebinding few --clusterrole=few --user=dev >/dev/null
expect "a restricted account" 0 check "$bed/dev.conf" -f json -o few.json
holds "what it may not read is an error of what needs it" few.json "$(state ingress-https-only) | .state == \"error\""
holds "and healthy nowhere" few.json "$(state service-allowed-ports) | .counts.healthy == 0 and .counts.error == 1"
holds "the rest is judged" few.json "$(state no-privileged-containers) | .counts.unhealthy == 1"

# ---- followed ----
cat >.seawallignore.yaml <<END
exceptions:
  - id: no-privileged-containers
    path: shop/Deployment/web
    reason: until the driver is repaired
    author: platform
    expires: $(date -u -d '+25 seconds' +%Y-%m-%dT%H:%M:%SZ)
END
"$SEAWALL" check cluster --kubeconfig "$admin" --watch -f json -o state.json >lines 2>notes &
watcher=$!
server=$watcher
soon "it begins with a full pass" lines '.event == "started"'
holds "the file holds the whole report" state.json "$(state no-privileged-containers) | .counts.exempt == 1"
kubectl run bad --image=example.com/bad:1 --privileged=true -n shop >/dev/null
soon "an object that is wrong is told within seconds" lines \
	'.resource == "shop/Pod/bad" and .recommendation == "no-privileged-containers" and .to == "unhealthy" and .cause == {kind: "object", event: "added", object: "shop/Pod/bad"}'
kubectl delete pod bad -n shop --now >/dev/null
soon "and when it is gone" lines '.resource == "shop/Pod/bad" and .recommendation == "no-privileged-containers" and .to == "absent"'
kubectl run good --image=example.com/good:1 -n shop --overrides='{"spec":{"automountServiceAccountToken":false}}' >/dev/null
kubectl create service clusterip db --tcp=5432 -n shop >/dev/null
soon "a service that needs a decision" lines '.resource == "shop/Service/db" and .to == "needs_decision"'
cat >seawall-policies.yaml <<'END'
rules:
  service-allowed-ports: {parameters: {allowedServicePortsList: ["443", "5432"]}}
scopes:
  - name: trusted
    namespaceSelector: {matchLabels: {team: trusted}}
    rules: {no-privileged-containers: {enforcement: disabled}}
END
soon "parameters that change" lines '.resource == "shop/Service/db" and .to == "healthy" and .cause.kind == "parameters"'
soon "an exemption that ends" lines \
	'.resource == "shop/Deployment/web" and .recommendation == "no-privileged-containers" and .from == "exempt" and .to == "unhealthy" and .cause.kind == "expiry"'

kubectl label namespace shop team=trusted >/dev/null
soon "labels of a namespace that a rule looks at" lines \
	'.resource == "shop/Deployment/web" and .recommendation == "no-privileged-containers" and .to == "not_applicable" and .cause == {kind: "namespace", object: "shop"}'
kubectl label namespace shop team- >/dev/null
soon "and when they go" lines \
	'.resource == "shop/Deployment/web" and .recommendation == "no-privileged-containers" and .from == "not_applicable" and .to == "unhealthy" and .cause.kind == "namespace"'

# From healthy to unhealthy and back, for a pod of a workload that has none yet (R-02).
kubectl create namespace calm >/dev/null
sed 's/shop/calm/; s/replicas: 2/replicas: 0/; s/true/false/' web.yaml >calm.yaml
kubectl apply -f calm.yaml >/dev/null
sed 's/false/true/' calm.yaml | kubectl apply -f - >/dev/null
soon "a change from healthy to unhealthy" lines \
	'.resource == "calm/Deployment/web" and .recommendation == "no-privileged-containers" and .to == "unhealthy"'
kubectl apply -f calm.yaml >/dev/null
soon "and back" lines '.resource == "calm/Deployment/web" and .recommendation == "no-privileged-containers" and .from == "unhealthy" and .to == "healthy"'

# ---- the API server goes away ----
bed kill-server "$bed" >/dev/null
told() { grep -q "is broken" notes; }
await told && ok "an outage is told" || not_ok "an outage is told" "$(cat notes)"
bed start-server "$bed" >/dev/null
kubectl run late --image=example.com/late:1 --privileged=true -n shop >/dev/null
soon "it goes on behind an outage" lines '.resource == "shop/Pod/late" and .to == "unhealthy"'
kill -INT "$watcher"
status=0
wait "$watcher" || status=$?
watcher=
if [ $status = 0 ]; then ok "it ends when told to"; else not_ok "it ends when told to" "status $status"; fi
check "$admin" -f json -o now.json # with the same parameters and exceptions
for file in state now; do jq 'del(.generated_at, .exceptions, .clusters[].source, .clusters[].collected_at)' $file.json >$file.cmp; done
same "what was followed is what a new look sees" state.cmp now.cmp

# ---- many ----
sed 's/shop/many/; s/replicas: 2/replicas: 500/' web.yaml >many.yaml
kubectl create namespace many >/dev/null
kubectl apply -f many.yaml >/dev/null
tries=0
until pods many 500 || [ $tries -gt 120 ]; do tries=$((tries + 1)) && sleep 0.5; done
expect "500 pods" 0 check "$admin" -f json -o many.json --limit 10
holds "all of them are counted under one workload" many.json \
	"$(state no-privileged-containers) | .resources[] | select(.resource == \"many/Deployment/web\") | .pods.total == 500 and .pods.affected == 500 and (.pods.names | length) == 10"
