# SPDX-License-Identifier: Apache-2.0
# e2e: kubernetes needs=curl,jq,openssl,python3,etcd timeout=300
# Providers of external data that live in the cluster, before a real API server: only with the option and with the right
# to them; one that answers, cannot be reached, has no TLS, is deleted.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C KUBECONFIG="$W/bed/admin.conf"

if ! sh "$SOURCE/tests/kube/build.sh" --have >"$W/out" 2>"$W/err"; then
	skip "providers of the cluster" "$(head -n 1 "$W/err")"
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
	crd externaldata.gatekeeper.sh v1beta1 Provider providers Cluster
	crd constraints.gatekeeper.sh v1beta1 Asks asks Cluster
} >kinds.yaml
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

# --- the account, with the rights of the option and no more
"$SEAWALL" install kubernetes --kubernetes 1.20 --cluster-policies >all.yaml
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
holds "without the option the account reads no providers" cannot list providers.externaldata.gatekeeper.sh

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
kind_is() { says --arg kind "$1" --arg state "$2" 'any(.cluster_policies.kinds[]; .kind == $kind and .state == $state)'; }
object_is() { says --arg name "$1" --arg state "$2" 'any(.cluster_policies.not_in_force[]; .name == $name and .state == $state)'; }

mkdir policies
kubectl create namespace shop >/dev/null
"$SEAWALL" install kubernetes --kubernetes 1.20 --url "https://127.0.0.1:$port" --timeout 5 --cluster-policies >outside.yaml
kubectl apply -f outside.yaml >/dev/null
map() { kubectl -n shop create configmap "$@" --dry-run=server; }

# --- a provider on loopback
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
	-keyout key.pem -out cert.pem 2>/dev/null
python3 "$SOURCE/tests/fixture/provider.py" cert.pem key.pem >provider.log 2>&1 &
provider_pid=$!
trap 'kill $provider_pid 2>/dev/null; stop_servers; bed stop >/dev/null 2>&1' EXIT
answers() { [ -s provider.log ]; }
await answers
provider() { # TIMEOUT URL
	cat <<END
apiVersion: externaldata.gatekeeper.sh/v1beta1
kind: Provider
metadata: {name: keys}
spec: {url: "$2", timeout: $1, caBundle: $(base64 -w 0 cert.pem)}
END
}
url="https://127.0.0.1:$(head -n 1 provider.log)/validate"
provider 2 "$url" | kubectl apply -f - >/dev/null
template asks Asks 'input.review.object.metadata.name != "free"
          answer := external_data({"provider": "keys", "keys": [input.review.object.metadata.name]})
          verdict := {"bad": count(answer.errors) > 0, "unanswered": answer.system_error != ""}
          verdict[which]' | sed 's/msg := .*/msg := sprintf("%v key: %v", [which, answer.system_error])/' | kubectl apply -f - >/dev/null
constraint Asks asks-all x | kubectl apply -f - >/dev/null
serve
refuses() { ! map "$1" 2>"$W/why" && grep -q "$2" "$W/why"; }
holds "without the option a provider of the cluster is not known" within 5 refuses good 'unanswered key: key is not found in provider cache: keys'
not_watched() { says 'all(.cluster_policies.kinds[]; .kind != "Provider")'; }
holds "nor watched" not_watched
kill -TERM "$server"
wait "$server"
serve --external-data
holds "with it the right is missing, and that is said" await kind_is Provider failed
"$SEAWALL" install kubernetes --kubernetes 1.20 --url "https://127.0.0.1:$port" --timeout 5 --cluster-policies --external-data | kubectl apply -f - >/dev/null
holds "the option of the manifests gives it" can watch providers.externaldata.gatekeeper.sh
holds "to read only" cannot update providers.externaldata.gatekeeper.sh
kill -TERM "$server"
wait "$server"
serve --external-data
holds "providers are watched" await kind_is Provider ready
holds "a provider of the cluster is asked" within 5 map good
holds "its errors count" refuses bad1 'bad key'
provider 2 "https://127.0.0.1:1/" | kubectl apply -f - >/dev/null
holds "one that cannot be reached denies as the policy says" within 5 refuses other 'unanswered key: provider keys: '
provider 2 "http://127.0.0.1:1/" | kubectl apply -f - >/dev/null
holds "one without TLS is not loaded, the one before stays" await object_is keys older_in_force
provider 2 "$url" | kubectl apply -f - >/dev/null
holds "mended it is asked again" within 5 map other
kubectl delete provider keys >/dev/null
holds "a provider that is deleted is asked no more" within 5 refuses third 'key is not found in provider cache: keys'
kill -TERM "$server"
holds "it ends in order" wait "$server"
