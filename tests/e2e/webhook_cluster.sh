# SPDX-License-Identifier: Apache-2.0
# e2e: needs=curl,jq,openssl,python3,etcd timeout=400
# The webhook before a real API server, with the account of `seawall install kubernetes`: audit, warn and deny by kubectl,
# selectors by labels of namespaces, exec, deletion, dry run, bypass labels, certificates that change, outages.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C KUBECONFIG="$W/bed/admin.conf"

if ! sh "$SOURCE/tests/kube/build.sh" --have >"$W/out" 2>"$W/err"; then
	skip "the webhook in a cluster" "$(head -n 1 "$W/err")"
	exit 0
fi
bed() {
	word=$1
	shift
	sh "$SOURCE/tests/kube/bed.sh" "$word" "$W/bed" "$@"
}
trap 'stop_servers; bed stop >/dev/null 2>&1' EXIT
alive() { kubectl get --raw /readyz; }
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
listens() { grep -q ': ready$' server.log; }

# --- installation: everything that is printed is accepted, and the account has what it needs and no more
"$SEAWALL" install kubernetes --kubernetes 1.20 >all.yaml
holds "kubectl apply takes all manifests" kubectl apply -f all.yaml
holds "and takes them again" kubectl apply -f all.yaml
holds "kustomize takes the base" kubectl kustomize "$SOURCE/deploy/kubernetes"
kubectl delete deployment,service,pdb,networkpolicy --all -n seawall-system >/dev/null 2>&1
has_token() { kubectl -n seawall-system get serviceaccount seawall-webhook -o json | jq -e '.secrets[0].name'; }
await has_token
token=$(kubectl -n seawall-system get secret "$(has_token | tr -d '"')" -o json | jq -r .data.token | base64 -d)
account() { # a kubeconfig of the webhook's account
	cat <<END
apiVersion: v1
kind: Config
current-context: a
clusters: [{name: a, cluster: {server: "https://127.0.0.1:$(cat bed/port)", certificate-authority: $W/bed/ca.crt}}]
users: [{name: a, user: {token: $token}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
END
}
account >account.conf
chmod 600 account.conf
can() { "$W/bed/bin/kubectl" --kubeconfig "$W/account.conf" auth can-i "$@" | grep -qx yes; }
cannot() { ! can "$@"; }
holds "the account watches namespaces" can watch namespaces
holds "it patches its own Secret" can patch secrets/seawall-webhook-tls -n seawall-system
holds "it reads no other Secret" cannot get secrets/other -n seawall-system
holds "nor makes one" cannot create secrets -n seawall-system
holds "it patches its own configuration" can patch validatingwebhookconfigurations/seawall-webhook
holds "no other" cannot patch validatingwebhookconfigurations/other
holds "it reads no pods" cannot list pods -A
holds "and writes no namespaces" cannot update namespaces

# --- the webhook, with that account
printf 'rules:\n  no-privileged-containers: {enforcement: dryrun}\n' >params.yaml
cat >own.yaml <<'END'
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: noexec}
spec:
  crd: {spec: {names: {kind: NoExec}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      rego: |
        package noexec
        violation[{"msg": msg}] {
          input.review.operation == "CONNECT"
          msg := sprintf("exec into %v is not wanted", [input.review.name])
        }
        violation[{"msg": "it is protected"}] {
          input.review.operation == "DELETE"
          input.review.oldObject.metadata.labels.protected == "yes"
        }
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NoExec
metadata: {name: no-exec}
spec:
  match: {namespaceSelector: {matchLabels: {guarded: "yes"}}}
END
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
serve() { # OPTIONS...
	: >server.log
	server "$SEAWALL" serve --webhook --listen "127.0.0.1:$port" --metrics-listen 127.0.0.1:0 --cluster --kubeconfig account.conf \
		--tls-secret seawall-webhook-tls --parameters params.yaml --policy own.yaml --decision-log decisions.jsonl "$@"
	await listens || not_ok "the webhook starts" "$(cat server.log)"
}
"$SEAWALL" install kubernetes --kubernetes 1.20 --url "https://127.0.0.1:$port" --operations CREATE,UPDATE,DELETE,CONNECT \
	--timeout 5 >outside.yaml
kubectl apply -f outside.yaml >/dev/null
serve
bundle() { kubectl get validatingwebhookconfiguration seawall-webhook -o json | jq -e '[.webhooks[].clientConfig.caBundle | length > 100] | all'; }
holds "the caBundle is put into the configuration" await bundle
secret() { kubectl -n seawall-system get secret seawall-webhook-tls -o json | jq -e '.data | has("ca.crt") and has("tls.key")'; }
holds "certificates are kept in the Secret" secret

kubectl create namespace shop >/dev/null
kubectl create namespace guarded >/dev/null
kubectl label namespace guarded guarded=yes >/dev/null
pod() { # NAME PRIVILEGED [NAMESPACE]
	cat <<END
apiVersion: v1
kind: Pod
metadata: {name: $1, namespace: ${3:-shop}, labels: {protected: "yes"}}
spec: {containers: [{name: app, image: "registry.example.com/app:1", securityContext: {privileged: $2}}]}
END
}
create() { pod "$@" | kubectl create -f -; }
holds "audit: a violating pod is let through" create audited true
logged() { jq -es "$1" decisions.jsonl; }
holds "audit: and recorded" await logged 'any(.[]; .object == "Pod shop/audited" and any(.violations[]; .rule == "no-privileged-containers" and .action == "audit"))'
# (There is no mutator here: patches are in webhook_mutation.sh.)
asked() { [ "$(curl -sS "http://127.0.0.1:$plain/metrics" | awk '$1 == "seawall_webhook_requests_total{endpoint=\"mutate\",result=\"allowed\"}" { print $2 }')" -gt 0 ]; }
plain=$(sed -n 's/.*without TLS address=.* port=//p' server.log | head -n 1)
holds "mutation: the webhook is asked" asked

# --- deny and warn, without a new start
printf 'rules:\n  no-privileged-containers: {enforcement: deny}\n  no-root-user: {enforcement: warn}\n' >new && mv new params.yaml
denies() { ! create probe true && kubectl -n shop get pod audited; }
reloaded() { grep -q 'policies loaded again' server.log; }
await reloaded
refused "deny: a violating pod is refused, with rule, object, container and value" \
	'[no-privileged-containers] Pod shop/denied: container app: securityContext.privileged is true' create denied true
holds "deny: and is not there" denies
refused "deny: dry runs too" 'no-privileged-containers' kubectl create --dry-run=server -f - <<END
$(pod dry true)
END
holds "deny: a good pod is let through" create good false
has "warn: kubectl shows the warning" "$W/err" 'Warning: [no-root-user]'
deployment() { # NAME
	cat <<END
apiVersion: apps/v1
kind: Deployment
metadata: {name: $1, namespace: shop}
spec:
  selector: {matchLabels: {app: $1}}
  template:
    metadata: {labels: {app: $1}}
    spec: {containers: [{name: app, image: "registry.example.com/app:1", securityContext: {privileged: true}}]}
END
}
deploy() { deployment "$1" | kubectl apply -f -; }
holds "a Deployment is accepted" deploy web
has "with a warning of what its pods will meet" "$W/err" 'Implied by seawall-pod-templates'
event() { kubectl -n shop get events -o json | jq -e 'any(.items[]; .reason == "FailedCreate" and (.message | contains("no-privileged-containers")))'; }
holds "and the events of its ReplicaSet show the refusal" await event
holds "what was there before stays" kubectl -n shop get pod audited

if ! alive >"$W/out" 2>"$W/err"; then
	not_ok "the API server lives" ""
	exit 1
fi

# --- labels of namespaces; CONNECT and DELETE
pod one false guarded | kubectl create -f - >/dev/null 2>&1
refused "CONNECT: exec is refused where a label says so" 'exec into one is not wanted' kubectl -n guarded exec one -- true
refused "DELETE: what is protected stays" 'it is protected' kubectl -n guarded delete pod one --wait=false
kubectl label namespace guarded guarded- >/dev/null
gone() { kubectl -n guarded delete pod one --wait=false --grace-period=0 --force; }
holds "a label that was taken away counts no more" await gone
fresh() {
	printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: fresh, labels: {guarded: "yes"}}\n' | kubectl create -f - &&
		pod two false fresh | kubectl create -f - && ! kubectl -n fresh delete pod two --wait=false
}
holds "a namespace that is brand new is known" fresh

# --- bypass labels
refused "a bypass label is refused where it does not count" 'bypass-label' kubectl label namespace shop admission.seawall/ignore=yes
refused "Gatekeeper's too" 'bypass-label' kubectl label namespace shop admission.gatekeeper.sh/ignore=yes

# --- certificates change while requests flow
kill -TERM "$server"
wait "$server"
serve --tls-life 12s
(
	i=0
	while [ ! -e stop ]; do
		i=$((i + 1))
		pod "flow-$i" true | kubectl create -f - >>flow.log 2>&1
	done
) &
flow=$!
served() { echo | openssl s_client -connect "127.0.0.1:$port" 2>/dev/null | openssl x509 -noout -serial; }
first=$(served)
changed() { [ "$(served)" != "$first" ]; }
tries=0
until changed || [ $tries -gt 40 ]; do
	tries=$((tries + 1))
	sleep 0.5
done
holds "the certificate is replaced before it expires" changed
sleep 1
: >stop
wait "$flow"
lacks "no request failed meanwhile" flow.log 'failed calling webhook'
[ "$(grep -c 'no-privileged-containers' flow.log)" -gt 3 ] && ok "every one was judged" || not_ok "every one was judged" "$(tail -n 3 flow.log)"
lacks "none was let through" flow.log ' created'

# --- outages
kubectl patch validatingwebhookconfiguration seawall-webhook --type=json \
	-p '[{"op": "replace", "path": "/webhooks/0/clientConfig/caBundle", "value": ""}]' >/dev/null 2>&1
kill -HUP "$server"
holds "a caBundle that somebody took away is put back" await bundle
kill -TERM "$server"
wait "$server"
holds "outage with Ignore: pods are let through" create unseen true
kubectl patch validatingwebhookconfiguration seawall-webhook --type=json \
	-p '[{"op": "replace", "path": "/webhooks/0/failurePolicy", "value": "Fail"}]' >/dev/null
refuses() { ! create outage true; }
holds "outage with Fail: nothing is let through" await refuses
create outage2 true >"$W/out" 2>"$W/err"
has "and the API server says why" "$W/err" 'failed calling webhook'
# Servers from 1.21 on set this label themselves.
kubectl label namespace kube-system kubernetes.io/metadata.name=kube-system >/dev/null
holds "outage: system namespaces go on" kubectl -n kube-system create configmap a
serve
judged() { create again true 2>&1 | grep -q no-privileged-containers; }
holds "back again: pods are judged" await judged
kill -TERM "$server"
holds "it ends in order" wait "$server"
