# SPDX-License-Identifier: Apache-2.0
# e2e: kubernetes needs=curl,jq,openssl,python3,etcd timeout=300
# Policies that live in the cluster, before a real API server: templates, constraints and mutators that are applied, changed,
# broken and deleted; kinds that are not served yet; those from files beside them; rights; an API server that goes away.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C KUBECONFIG="$W/bed/admin.conf"

if ! sh "$SOURCE/tests/kube/build.sh" --have >"$W/out" 2>"$W/err"; then
	skip "policies of the cluster" "$(head -n 1 "$W/err")"
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
within() { # SECONDS COMMAND...: true, the first time, by then
	limit=$(($(date +%s%N) + $1 * 1000000000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s%N)" -lt $limit ] || return 1
	done
}

# --- kinds, as whoever owns them makes them; those of the constraint come later
crd() { # GROUP VERSION KIND PLURAL SCOPE
	cat <<END
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: $4.$1}
spec:
  group: $1
  scope: $5
  names: {kind: $3, plural: $4, singular: $(echo "$3" | tr '[:upper:]' '[:lower:]')}
  versions:
    - name: $2
      served: true
      storage: true
      subresources: {status: {}}
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
END
}
{
	crd templates.gatekeeper.sh v1 ConstraintTemplate constrainttemplates Cluster
	crd mutations.gatekeeper.sh v1 Assign assign Cluster
	crd config.gatekeeper.sh v1alpha1 Config configs Namespaced
} >kinds.yaml
crd constraints.gatekeeper.sh v1beta1 NeedsLabel needslabel Cluster >constraint-kind.yaml
template() { # NAME KIND REGO-CONDITION
	cat <<END
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: $1}
spec:
  crd:
    spec:
      names: {kind: $2}
      validation:
        openAPIV3Schema: {type: object, properties: {label: {type: string}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      rego: |
        package $1
        violation[{"msg": msg}] {
          $3
          msg := sprintf("the label %v is needed", [input.parameters.label])
        }
END
}
constraint() { # KIND NAME LABEL
	cat <<END
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: $1
metadata: {name: $2}
spec:
  match: {kinds: [{apiGroups: [""], kinds: [ConfigMap]}]}
  parameters: {label: $3}
END
}
lacks='not input.review.object.metadata.labels[input.parameters.label]'

# --- the account, with the rights of the option and no more
"$SEAWALL" install kubernetes --kubernetes 1.20 --cluster-policies >all.yaml
has "the deployment has the option" all.yaml '- --cluster-policies'
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
kubectl apply -f kinds.yaml >/dev/null
kubectl wait --for=condition=Established crd --all --timeout=20s >/dev/null
can() { "$W/bed/bin/kubectl" --kubeconfig "$W/account.conf" auth can-i "$@" | grep -qx yes; }
cannot() { ! can "$@"; }
holds "the account watches templates" can watch constrainttemplates.templates.gatekeeper.sh
holds "it does not write them" cannot update constrainttemplates.templates.gatekeeper.sh
holds "it reads no Secrets" cannot list secrets -A
holds "nor providers of external data" cannot list providers.externaldata.gatekeeper.sh

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
listens() { grep -q ': ready$' server.log; }
serve() { # OPTIONS...
	: >server.log
	server "$SEAWALL" serve --webhook --listen "127.0.0.1:$port" --metrics-listen 127.0.0.1:0 --cluster --kubeconfig account.conf \
		--tls-secret seawall-webhook-tls --cluster-policies --policy policies "$@"
	await listens || not_ok "the webhook starts" "$(cat server.log)"
	plain=$(sed -n 's/.*without TLS address=.* port=//p' server.log | head -n 1)
}
status() { curl -sS "http://127.0.0.1:$plain/status"; }
says() { status >status.json && [ -s status.json ] && jq -e "$@" status.json; }
metric() { curl -sS "http://127.0.0.1:$plain/metrics" | awk -v name="$1" '$1 == name { print $2 }'; }
metric_is() { [ "$(metric "$1")" = "$2" ]; }
kind_is() { says --arg kind "$1" --arg state "$2" 'any(.cluster_policies.kinds[]; .kind == $kind and .state == $state)'; }
object_is() { says --arg name "$1" --arg state "$2" 'any(.cluster_policies.not_in_force[]; .name == $name and .state == $state)'; }

if "$SEAWALL" serve --webhook --tls-dir tls --cluster-policies >out 2>err; then not_ok "it needs the cluster" ""; else has "it needs the cluster" err -- '--cluster-policies needs --cluster'; fi
mkdir policies
kubectl create namespace shop >/dev/null
"$SEAWALL" install kubernetes --kubernetes 1.20 --url "https://127.0.0.1:$port" --timeout 5 --cluster-policies >outside.yaml
kubectl apply -f outside.yaml >/dev/null
serve
bundle() { kubectl get validatingwebhookconfiguration seawall-webhook -o json | jq -e '[.webhooks[].clientConfig.caBundle | length > 100] | all'; }
holds "the webhook is asked" await bundle
holds "templates are watched when it is ready" kind_is ConstraintTemplate ready
holds "a kind that nobody serves is named" kind_is SyncSet unserved
map() { kubectl -n shop create configmap "$@" --dry-run=server; }
denied() { ! map m 2>"$W/why" && grep -q "$1" "$W/why"; }

# --- a template, then its kind, then a constraint
template needslabel NeedsLabel "$lacks" >t.yaml
constraint NeedsLabel needs-label team >c.yaml
kubectl apply -f t.yaml >/dev/null
holds "a kind of constraints that is not served yet is said" await kind_is NeedsLabel unserved
holds "and nothing is refused" map m
kubectl apply -f constraint-kind.yaml >/dev/null
kubectl wait --for=condition=Established crd needslabel.constraints.gatekeeper.sh --timeout=20s >/dev/null
holds "once it is served it is watched" await kind_is NeedsLabel ready
kubectl apply -f c.yaml >/dev/null
holds "a constraint that is applied counts within three seconds" within 3 denied 'the label team is needed'
holds "both are in force" await says '.cluster_policies.in_force == 2'
holds "metrics say so" await metric_is 'seawall_webhook_cluster_policies{state="in_force"}' 2
comes "the log too" server.log 'a policy of the cluster is in force policy="NeedsLabel needs-label"'

# --- changes
constraint NeedsLabel needs-label owner | kubectl apply -f - >/dev/null
holds "changed parameters count" within 3 denied 'the label owner is needed'
template needslabel NeedsLabel "$lacks; input.review.object.metadata.name != \"free\"" | kubectl apply -f - >/dev/null
holds "a changed template counts" within 3 map free
holds "for nothing else" denied 'the label owner is needed'
loads=$(metric seawall_webhook_cluster_policy_loads_total)
kubectl patch needslabel needs-label --subresource=status --type merge -p '{"status":{"totalViolations":3}}' >/dev/null 2>&1 ||
	kubectl get needslabel needs-label -o json | jq '.status = {totalViolations: 3}' | kubectl replace --raw /apis/constraints.gatekeeper.sh/v1beta1/needslabel/needs-label/status -f - >/dev/null
holds "the status was written" test "$(kubectl get needslabel needs-label -o json | jq .status.totalViolations)" = 3
seen() { says '.cluster_policies.kinds[] | select(.kind == "NeedsLabel") | .events >= 3'; }
holds "what a controller writes as status is seen" await seen
holds "and loads nothing again" test "$(metric seawall_webhook_cluster_policy_loads_total)" = "$loads"

# --- what does not load
template needslabel NeedsLabel 'this is (no Rego' | kubectl apply -f - >/dev/null
holds "a broken version of a template is named in the status" await object_is needslabel older_in_force
holds "with the reason" says '.cluster_policies.not_in_force[] | select(.name == "needslabel") | .reason | length > 10'
comes "and in the log" server.log 'a policy of the cluster does not load, the version before it stays policy="ConstraintTemplate needslabel"'
holds "the one before stays in force" denied 'the label owner is needed'
kubectl apply -f t.yaml >/dev/null
holds "mended it counts" within 3 denied 'the label owner is needed'
mended() { ! object_is needslabel older_in_force; }
holds "and is named no more" await mended

crd constraints.gatekeeper.sh v1beta1 Broken brokens Cluster | kubectl apply -f - >/dev/null
template broken Broken 'x :=' | kubectl apply -f - >/dev/null
kubectl wait --for=condition=Established crd brokens.constraints.gatekeeper.sh --timeout=20s >/dev/null
constraint Broken broken-one team | kubectl apply -f - >/dev/null
holds "a template that never loaded is named" await object_is broken not_loaded
holds "the rest is in force" denied 'the label owner is needed'
holds "metrics count it" await metric_is 'seawall_webhook_cluster_policies{state="not_loaded"}' 1
warned() { kubectl -n shop create configmap labelled --dry-run=client -o json | jq '.metadata.labels.owner = "x"' | kubectl create --dry-run=server -f - 2>&1 | grep -q 'could not be judged'; }
holds "its constraint fails open, and says so" within 5 warned
constraint Broken bad-match '{a: 1}' | sed 's/kinds: \[{.*/kinds: 5}/' | kubectl apply -f - >/dev/null
holds "a constraint that does not load is named" await object_is bad-match not_loaded

# --- mutators; in conflict they are named, and constraints stay
assign() { # NAME LOCATION
	cat <<END
apiVersion: mutations.gatekeeper.sh/v1
kind: Assign
metadata: {name: $1}
spec:
  applyTo: [{groups: [""], versions: [v1], kinds: [ConfigMap]}]
  match: {scope: Namespaced}
  location: "$2"
  parameters: {assign: {value: seen}}
END
}
assign mark data.mark | kubectl apply -f - >/dev/null
marked() { kubectl -n shop create configmap free --from-literal=a=b --dry-run=client -o json | jq '.metadata.labels.owner = "x"' | kubectl create --dry-run=server -o json -f - | jq -e '.data.mark == "seen"'; }
holds "a mutator of the cluster counts" within 3 marked
assign clash 'data[name: a].v' | kubectl apply -f - >/dev/null
holds "one in conflict with it is named" await object_is clash not_loaded
holds "the one before stays" marked
holds "and constraints" denied 'the label owner is needed'
kubectl delete assign clash mark >/dev/null

# --- beside files
template needslabel NeedsLabel "$lacks" >policies/t.yaml
constraint NeedsLabel needs-label cost >policies/c.yaml
holds "a file with the same kind and name counts instead" within 10 denied 'the label cost is needed'
holds "and that is said" await object_is needs-label replaced_by_file
rm policies/*.yaml
holds "without it the cluster's counts again" within 15 denied 'the label owner is needed'

# --- fail closed; a restart finds them before it is ready
kill -TERM "$server"
wait "$server"
serve --fail-closed
holds "after a start they are in force when it is ready" denied 'the label owner is needed'
labelled() { kubectl -n shop create configmap labelled --dry-run=client -o json | jq '.metadata.labels.owner = "x"' | kubectl create --dry-run=server -f -; }
refused "fail closed: what needs the broken template is refused" 'could not be judged' labelled
kubectl delete constrainttemplate broken >/dev/null
holds "until it is deleted" within 5 labelled
gone() { ! kind_is Broken ready; }
holds "its kind is watched no more" await gone

# --- the API server goes away and comes back
loads=$(metric seawall_webhook_cluster_policy_loads_total)
bed kill-server >/dev/null 2>&1
holds "a watch that breaks is in the status" await kind_is ConstraintTemplate broken
holds "the set stays in force" says '.cluster_policies.in_force == 2'
bed start-server >/dev/null 2>&1
holds "with the server back it is judged as before" within 10 denied 'the label owner is needed'
constraint NeedsLabel needs-label again | kubectl apply -f - >/dev/null
holds "and changes count again" within 30 denied 'the label again is needed'

bed kill-server >/dev/null 2>&1
revision=$(ETCDCTL_API=3 etcdctl --endpoints "http://127.0.0.1:$(cat bed/etcd.port)" get / --prefix --keys-only --limit 1 -w json | jq .header.revision)
ETCDCTL_API=3 etcdctl --endpoints "http://127.0.0.1:$(cat bed/etcd.port)" compact "$revision" >/dev/null
bed start-server >/dev/null 2>&1
constraint NeedsLabel needs-label later | kubectl apply -f - >/dev/null
holds "versions that were compacted away: they are read anew" within 40 denied 'the label later is needed'

# --- deleted
kubectl delete needslabel needs-label >/dev/null
holds "a constraint that is deleted counts no more" within 3 map m
kubectl apply -f c.yaml >/dev/null
holds "applied again it does" within 3 denied 'the label team is needed'
kubectl delete constrainttemplate needslabel >/dev/null
holds "nor one whose template is deleted" within 3 map m
kill -TERM "$server"
holds "it ends in order" wait "$server"
