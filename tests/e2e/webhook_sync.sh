# SPDX-License-Identifier: Apache-2.0
# e2e: kubernetes needs=curl,jq,openssl,python3,etcd timeout=300
# data.inventory of the webhook before a real API server: kinds of Config and SyncSet, rights of `install kubernetes --sync`,
# changes, what is missing, exclusions of Config, the limit of memory, an API server that goes away.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C KUBECONFIG="$W/bed/admin.conf"

if ! sh "$SOURCE/tests/kube/build.sh" --have >"$W/out" 2>"$W/err"; then
	skip "the webhook's inventory" "$(head -n 1 "$W/err")"
	exit 0
fi
bed() {
	word=$1
	shift
	sh "$SOURCE/tests/kube/bed.sh" "$word" "$W/bed" "$@"
}
trap 'stop_servers; bed stop >/dev/null 2>&1' EXIT
if ! bed start >"$W/out" 2>"$W/err"; then
	not_ok "the API server starts" ""
	exit 1
fi
kubectl() { "$W/bed/bin/kubectl" --request-timeout=20s "$@"; }
holds() { # NAME COMMAND...
	what=$1
	shift
	if "$@" >"$W/out" 2>"$W/err"; then ok "$what"; else not_ok "$what" "$(tail -n 3 server.log)"; fi
}
refused() { # NAME TEXT COMMAND...: it fails, and says so
	what=$1 text=$2
	shift 2
	if "$@" >"$W/out" 2>"$W/err"; then not_ok "$what" "it was let through"; else has "$what" "$W/err" "$text"; fi
}

# --- the account, with rights for what is to be synced and no more
"$SEAWALL" install kubernetes --kubernetes 1.20 --sync Service,Ingress,configmaps >all.yaml
holds "kubectl apply takes the manifests" kubectl apply -f all.yaml
kubectl delete deployment,service,pdb,networkpolicy --all -n seawall-system >/dev/null 2>&1
has_token() { kubectl -n seawall-system get serviceaccount seawall-webhook -o json | jq -e '.secrets[0].name'; }
await has_token
token=$(kubectl -n seawall-system get secret "$(has_token | tr -d '"')" -o json | jq -r .data.token | base64 -d)
cat >account.conf <<END
apiVersion: v1
kind: Config
current-context: a
clusters: [{name: a, cluster: {server: "https://127.0.0.1:$(cat bed/port)", certificate-authority: $W/bed/ca.crt}}]
users: [{name: a, user: {token: $token}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
END
chmod 600 account.conf
can() { "$W/bed/bin/kubectl" --kubeconfig "$W/account.conf" auth can-i "$@" | grep -qx yes; }
cannot() { ! can "$@"; }
holds "the account watches Services" can watch services
holds "and Ingresses" can list ingresses.networking.k8s.io
holds "it does not write them" cannot update services
holds "it reads no Secrets" cannot list secrets -A
holds "nor pods" cannot list pods -A

# --- policies
cat >unique.yaml <<'END'
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
          input.review.kind.kind == "Service"
          other := data.inventory.namespace[ns]["v1"]["Service"][name]
          other.spec.selector == input.review.object.spec.selector
          not same(name, ns)
          msg := sprintf("same selector as service <%v> in namespace <%v>", [name, ns])
        }
        same(name, ns) {
          name == input.review.object.metadata.name
          ns == input.review.object.metadata.namespace
        }
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: UniqueSelector
metadata: {name: unique-selector}
spec: {match: {kinds: [{apiGroups: [""], kinds: [Service]}]}}
END
cat >config.yaml <<'END'
apiVersion: config.gatekeeper.sh/v1alpha1
kind: Config
metadata: {name: config, namespace: gatekeeper-system}
spec:
  match:
    - {excludedNamespaces: ["free-*"], processes: ["webhook"]}
    - {excludedNamespaces: [unseen], processes: ["sync"]}
  sync: {syncOnly: [{group: "", version: v1, kind: Service}]}
END
cat >secret.yaml <<'END'
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata:
  name: needssecret
  annotations:
    metadata.gatekeeper.sh/requires-sync-data: |
      "[[{"groups": [""], "versions": ["v1"], "kinds": ["Secret"]}]]"
spec:
  crd: {spec: {names: {kind: NeedsSecret}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      rego: |
        package needssecret
        violation[{"msg": "no such secret"}] {
          inventory := data.inventory
          not inventory.namespace[input.review.namespace]["v1"]["Secret"]["wanted"]
        }
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NeedsSecret
metadata: {name: needs-secret}
spec: {match: {kinds: [{apiGroups: [""], kinds: [ConfigMap]}]}}
END
syncset() { # KINDS
	cat <<END
apiVersion: syncset.gatekeeper.sh/v1alpha1
kind: SyncSet
metadata: {name: more}
spec: {gvks: [$1]}
END
}
mkdir policies
cp unique.yaml config.yaml policies
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
listens() { grep -q ': ready$' server.log; }
serve() { # OPTIONS...
	: >server.log
	server "$SEAWALL" serve --webhook --listen "127.0.0.1:$port" --metrics-listen 127.0.0.1:0 --cluster --kubeconfig account.conf \
		--tls-secret seawall-webhook-tls --policy policies --decision-log decisions.jsonl "$@"
	await listens || not_ok "the webhook starts" "$(cat server.log)"
	plain=$(sed -n 's/.*without TLS address=.* port=//p' server.log | head -n 1)
}
status() { curl -sS "http://127.0.0.1:$plain/status"; }
metric() { curl -sS "http://127.0.0.1:$plain/metrics" | awk -v name="$1" '$1 == name { print $2 }'; }
metric_is() { [ "$(metric "$1")" = "$2" ]; }
state() { # KIND STATE
	status | jq -e --arg kind "$1" --arg state "$2" 'any(.inventory.kinds[]; .kind == $kind and .state == $state)'
}
kubectl create namespace shop >/dev/null
kubectl create namespace unseen >/dev/null
kubectl create namespace free-1 >/dev/null
service() { # NAME APP [NAMESPACE]
	printf '{"apiVersion":"v1","kind":"Service","metadata":{"name":"%s","namespace":"%s"},"spec":{"selector":{"app":"%s"},"ports":[{"port":80}]}}' \
		"$1" "${3:-shop}" "$2"
}
create() { service "$@" | kubectl create -f -; }
create before old >/dev/null
create hidden secretly unseen >/dev/null

"$SEAWALL" install kubernetes --kubernetes 1.20 --url "https://127.0.0.1:$port" --timeout 5 --sync Service,Ingress,configmaps >outside.yaml
kubectl apply -f outside.yaml >/dev/null
serve
bundle() { kubectl get validatingwebhookconfiguration seawall-webhook -o json | jq -e '[.webhooks[].clientConfig.caBundle | length > 100] | all'; }
holds "the webhook is asked" await bundle
holds "what is configured is synced before it is ready" state Service ready
comes "and said in the log" server.log 'synced for data.inventory'

# --- judged with what there is
refused "an object that was there before counts" 'same selector as service <before> in namespace <shop>' create again old
create one new >/dev/null 2>&1
second() { ! create two new; }
holds "an object that was created counts" await second
refused "by its name" 'same selector as service <one> in namespace <shop>' create two new
kubectl -n shop delete service one >/dev/null
holds "one that was deleted does not" await create two new
patch() { kubectl -n shop patch service two --type merge -p '{"spec":{"selector":{"app":"other"}}}'; }
holds "an object may be changed" patch
holds "its old selector is free" await create three new
refused "its new one is not" 'service <two>' create four other
holds "namespaces that Config leaves out of sync are not looked at" create five secretly
holds "those that it leaves out of the webhook are not judged" create six old free-1
holds "and that is counted" test "$(metric seawall_webhook_excluded_total)" -gt 0
want=$(kubectl get services -A -o json | jq '[.items[] | select(.metadata.namespace != "unseen")] | length')
says_objects() { [ "$(status | jq '.inventory.kinds[] | select(.kind == "Service") | .objects')" = "$want" ]; }
holds "the status counts them" await says_objects
holds "metrics too" await metric_is 'seawall_webhook_sync_objects{group="",version="v1",kind="Service"}' "$want"

# --- what is missing is said, and never passes in silence
cp secret.yaml policies
unmet() { grep -q 'a template needs other objects: its constraints cannot be judged template="needssecret"' server.log; }
holds "a template whose data nobody syncs is warned of" await unmet
holds "and counted" await metric_is seawall_webhook_templates_unsynced 1
map() { kubectl -n shop create configmap "$1"; }
map m1 >out 2>err
has "its constraint is told to the client: fails open" err 'could not be judged: it looks at v1/Secret in data.inventory, which no Config or SyncSet syncs'
logged() { jq -es "$1" decisions.jsonl; }
holds "and in the decision log" logged 'any(.[]; .decision == "failed_open" and any(.violations[]; .rule == "NeedsSecret/needs-secret" and .failed))'
syncset '{group: "", version: v1, kind: Secret}, {group: example.com, version: v1, kind: Widget}' >policies/more.yaml
holds "a kind without the right is an error in the status" await state Secret failed
status >status.json
holds "with the right that is missing" jq -e '.inventory.kinds[] | select(.kind == "Secret") | .reason | contains("no right to list secrets")' status.json
holds "a kind that is not served is an error" await state Widget failed
comes "both are in the log" server.log 'not synced: constraints that need it cannot be judged'
map m2 >out 2>err
has "constraints that need it are not judged" err 'v1/Secret in data.inventory cannot be read: no right to list secrets'
holds "others are" state Service ready
refused "as before" 'same selector' create seven old

kubectl create clusterrole secrets --verb=list,watch --resource=secrets >/dev/null
kubectl create clusterrolebinding secrets --clusterrole=secrets --serviceaccount=seawall-system:seawall-webhook >/dev/null
kill -TERM "$server"
wait "$server"
serve --fail-closed
holds "with the right it is synced" await state Secret ready
refused "and judged" 'no such secret' map m3
kubectl -n shop create secret generic wanted >/dev/null
holds "by what there is now" await map m3

# --- the API server goes away and comes back, with versions that are gone
bed kill-server >/dev/null 2>&1
holds "a watch that breaks is in the status" await state Service broken
bed start-server >/dev/null 2>&1
kubectl -n shop delete service three >/dev/null
holds "and goes on: what was deleted is gone" await create nine new
for i in 1 2 3 4 5; do kubectl -n shop annotate service two n=$i --overwrite >/dev/null; done
bed kill-server >/dev/null 2>&1
revision=$(ETCDCTL_API=3 etcdctl --endpoints "http://127.0.0.1:$(cat bed/etcd.port)" get / --prefix --keys-only --limit 1 -w json | jq .header.revision)
ETCDCTL_API=3 etcdctl --endpoints "http://127.0.0.1:$(cat bed/etcd.port)" compact "$revision" >/dev/null
bed start-server >/dev/null 2>&1
kubectl -n shop delete service nine >/dev/null
holds "versions that were compacted away: it is read anew" await create ten new

# --- nothing is kept beyond its limit
kill -TERM "$server"
wait "$server"
serve --fail-closed --sync-memory 2000
holds "a kind that does not fit is given up, and says so" await state Service full
holds "with nothing kept of it" await metric_is 'seawall_webhook_sync_objects{group="",version="v1",kind="Service"}' 0
refused "fail closed: what needs it is refused" 'too many objects: more than 2000 bytes' create eleven fresh
