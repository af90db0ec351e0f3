# SPDX-License-Identifier: Apache-2.0
# e2e: kubernetes needs=curl,jq,openssl,python3,etcd timeout=400
# Mutation before a real API server: what is stored, again and again the same, several webhooks, before validation, failures.
. "$SOURCE/tests/e2e/lib.sh"
. "$SOURCE/tests/kube/webhook.sh"
bed_starts

cat >mutators.yaml <<'END'
apiVersion: mutations.gatekeeper.sh/v1
kind: Assign
metadata: {name: pull-always}
spec:
  applyTo: [{groups: [""], versions: [v1], kinds: [Pod]}]
  location: spec.containers[name:*].imagePullPolicy
  parameters: {assign: {value: Always}}
---
apiVersion: mutations.gatekeeper.sh/v1
kind: Assign
metadata: {name: unprivileged}
spec:
  applyTo: [{groups: [""], versions: [v1], kinds: [Pod]}]
  match: {namespaces: [mended]}
  location: spec.containers[name:*].securityContext.privileged
  parameters: {assign: {value: false}}
---
apiVersion: mutations.gatekeeper.sh/v1
kind: Assign
metadata: {name: sidecar}
spec:
  applyTo: [{groups: [""], versions: [v1], kinds: [Pod]}]
  match: {labelSelector: {matchLabels: {sidecar: "yes"}}}
  location: spec.containers[name:proxy]
  parameters: {assign: {value: {name: proxy, image: "proxy:2"}}}
---
apiVersion: mutations.gatekeeper.sh/v1
kind: AssignMetadata
metadata: {name: owner}
spec:
  location: metadata.labels.owner
  parameters: {assign: {value: platform}}
---
apiVersion: mutations.gatekeeper.sh/v1
kind: ModifySet
metadata: {name: drop-all}
spec:
  applyTo: [{groups: [""], versions: [v1], kinds: [Pod]}]
  location: spec.containers[name:*].securityContext.capabilities.drop
  parameters: {operation: merge, values: {fromList: [ALL]}}
---
apiVersion: mutations.gatekeeper.sh/v1
kind: ModifySet
metadata: {name: not-raw}
spec:
  applyTo: [{groups: [""], versions: [v1], kinds: [Pod]}]
  location: spec.containers[name:*].securityContext.capabilities.add
  parameters: {operation: prune, values: {fromList: [NET_RAW]}, pathTests: [{subPath: "spec.containers[name:*].securityContext.capabilities.add", condition: MustExist}]}
---
apiVersion: mutations.gatekeeper.sh/v1alpha1
kind: AssignImage
metadata: {name: mirror}
spec:
  applyTo: [{groups: [""], versions: [v1], kinds: [Pod]}]
  location: spec.containers[name:*].image
  parameters: {assignDomain: mirror.example.com}
END
mkdir policies
cp mutators.yaml policies/
cat >params.yaml <<'END'
rules:
  no-privileged-containers: {enforcement: deny}
  least-privilege-capabilities: {enforcement: warn}
  no-root-user: {enforcement: warn}
END
pod() { # NAME NAMESPACE [PRIVILEGED [LABELS]]
	cat <<END
apiVersion: v1
kind: Pod
metadata: {name: $1, namespace: $2, labels: {${4-}}}
spec:
  containers:
    - {name: app, image: "shop/app:1", securityContext: {privileged: ${3-false}, capabilities: {add: [NET_RAW, CHOWN], drop: [KILL]}}}
    - {name: log, image: "registry.example.com/log@sha256:0123456789012345678901234567890123456789012345678901234567890123"}
END
}
stored() { kubectl -n "$1" get pod "$2" -o json; }
is() { # NAME NAMESPACE POD JQ-EXPRESSION: true of what is stored
	stored "$2" "$3" >object.json 2>err
	if jq -e "$4" object.json >/dev/null 2>&1; then ok "$1"; else not_ok "$1" "$(jq -c '{metadata: .metadata.labels, spec: .spec.containers}' object.json)"; fi
}
counted() { [ "$(metric "$1")" -ge "$2" ]; }

"$SEAWALL" install kubernetes --kubernetes 1.20 --url "https://127.0.0.1:$(webhook_port seawall-webhook)" --timeout 10 >all.yaml
kubectl apply -f all.yaml >/dev/null 2>err
for namespace in shop mended; do kubectl create namespace $namespace >/dev/null; done
webhook seawall-webhook --policy policies --parameters params.yaml
first_port=$plain

# --- what is stored
create() { pod "$@" | kubectl create -f -; }
holds "a pod is created" create web shop
has "the rules judge what will be stored: the image's user is still open" err 'Warning: [no-root-user]'
has "and a capability that stays" err 'adds capability CHOWN'
lacks "what mutation has put right is no warning" err 'NET_RAW'
is "Assign: a field of every container" shop web '[.spec.containers[].imagePullPolicy] == ["Always", "Always"]'
is "AssignMetadata: a label" shop web '.metadata.labels.owner == "platform"'
is "ModifySet: values come in once, in order" shop web '[.spec.containers[].securityContext.capabilities.drop] == [["KILL", "ALL"], ["ALL"]]'
is "ModifySet: values go out" shop web '.spec.containers[0].securityContext.capabilities.add == ["CHOWN"]'
is "AssignImage: another registry, the tag stays" shop web '.spec.containers[0].image == "mirror.example.com/shop/app:1"'
is "AssignImage: a digest stays" shop web '.spec.containers[1].image | startswith("mirror.example.com/log@sha256:0123")'
holds "a label that is there stays" create own shop false 'owner: team-a'
is "AssignMetadata never overwrites" shop own '.metadata.labels.owner == "team-a"'
holds "an element of a list that is absent" create both shop false 'sidecar: "yes"'
is "Assign: is added, and mutated in its turn" shop both '.spec.containers[2] | .name == "proxy" and .image == "mirror.example.com/proxy:2"
	and .securityContext.capabilities.drop == ["ALL"]'
pod dry shop | kubectl create --dry-run=server -o json -f - >dry.json 2>err
if jq -e '.spec.containers[0].imagePullPolicy == "Always"' dry.json >/dev/null; then ok "a dry run is mutated"; else not_ok "a dry run is mutated" "$(head -c 500 dry.json)"; fi
gone() { ! kubectl -n shop get pod dry; }
holds "and stores nothing" gone
deployment() {
	cat <<END
apiVersion: apps/v1
kind: Deployment
metadata: {name: front, namespace: shop}
spec:
  selector: {matchLabels: {app: front}}
  template:
    metadata: {labels: {app: front}}
    spec: {containers: [{name: app, image: "shop/front:1"}]}
END
}
deployment | kubectl apply -f - >/dev/null 2>&1
made() { kubectl -n shop get pods -l app=front -o json | jq -e '.items | length == 1 and .[0].spec.containers[0].image == "mirror.example.com/shop/front:1"'; }
holds "the pods of a Deployment are mutated when they are made" await made
untouched() { kubectl -n shop get deployment front -o json | jq -e '.spec.template.spec.containers[0].image == "shop/front:1" and .metadata.labels.owner == "platform"'; }
holds "the Deployment itself only by what is for it" untouched

# --- first mutation, then validation
refused "what mutation leaves is denied" 'no-privileged-containers' create bad shop true
holds "what it puts right is let through" create good mended true
is "and stored as it was judged" mended good '.spec.containers[0].securityContext.privileged == false'

# --- again and again the same
apply() { pod applied shop | kubectl apply -f -; }
version() { stored shop applied | jq -r '.metadata.resourceVersion'; }
apply >/dev/null 2>err
before=$(version)
apply >again 2>err
apply >again 2>err
if [ -n "$before" ] && [ "$(version)" = "$before" ]; then ok "the same manifest applied again changes nothing"; else not_ok "the same manifest applied again changes nothing" "$before, then $(version): $(cat again err)"; fi
label() { kubectl -n shop label pod applied stage=test; }
holds "an update is mutated too" label
is "and keeps what was there, once" shop applied '.metadata.labels == {stage: "test", owner: "platform"} and .spec.containers[0].securityContext.capabilities.drop == ["KILL", "ALL"]'
holds "what is deleted is not" kubectl -n shop delete pod applied --wait=false --grace-period=0 --force
holds "each change is counted" counted 'seawall_webhook_requests_total{endpoint="mutate",result="mutated"}' 6

# --- another mutating webhook behind ours adds a container: ours is asked again where its configuration says so
cat >injector.yaml <<'END'
apiVersion: mutations.gatekeeper.sh/v1
kind: Assign
metadata: {name: injected}
spec:
  applyTo: [{groups: [""], versions: [v1], kinds: [Pod]}]
  location: spec.containers[name:injected]
  parameters: {assign: {value: {name: injected, image: "injected:3"}}}
END
kubectl get mutatingwebhookconfiguration seawall-webhook -o json | jq --arg url "https://127.0.0.1:$(webhook_port zz-injector)/v1/mutate" '
	.metadata = {name: "zz-injector"} | .webhooks[0].clientConfig = {url: $url} | .webhooks[0].name = "injector.example.com"' >second.json
kubectl create -f second.json >/dev/null
kubectl get validatingwebhookconfiguration seawall-webhook -o json | jq '.metadata = {name: "zz-injector"} | .webhooks = []' | kubectl create -f - >/dev/null
own=$server
webhook zz-injector --policy injector.yaml
create later shop >/dev/null 2>err
is "with Never our webhook does not see what a later one adds" shop later '.spec.containers[] | select(.name == "injected") | .image == "injected:3" and .imagePullPolicy == "IfNotPresent"'
kubectl patch mutatingwebhookconfiguration seawall-webhook --type=json \
	-p '[{"op": "replace", "path": "/webhooks/0/reinvocationPolicy", "value": "IfNeeded"}]' >/dev/null
asked_again() {
	kubectl -n shop delete pod again --wait=false --grace-period=0 --force
	create again shop && stored shop again | jq -e '.spec.containers[] | select(.name == "injected") | .image == "mirror.example.com/injected:3"'
}
holds "with IfNeeded it is asked again" await asked_again
is "and what it did the first time stands once" shop again '.spec.containers[0] | .image == "mirror.example.com/shop/app:1" and .securityContext.capabilities.drop == ["KILL", "ALL"]'
kill -TERM "$server"
wait "$server"
kubectl delete mutatingwebhookconfiguration,validatingwebhookconfiguration zz-injector >/dev/null
server=$own plain=$first_port webhook=seawall-webhook

# --- mutators that do not go together: said by name, and the last good ones stay
cat >policies/second.yaml <<'END'
apiVersion: mutations.gatekeeper.sh/v1
kind: Assign
metadata: {name: as-object}
spec:
  applyTo: [{groups: [""], versions: [v1], kinds: [Pod]}]
  location: spec.containers.app.imagePullPolicy
  parameters: {assign: {value: Never}}
END
holds "mutators in conflict are counted" await counted seawall_webhook_policy_reload_failures_total 1
comes "and named, both" seawall-webhook.log 'as-object'
comes "with the reason" seawall-webhook.log 'conflicting schemas'
create kept shop >/dev/null 2>err
is "the last good ones stay in force" shop kept '.spec.containers[0].imagePullPolicy == "Always"'
expect "a start with them ends" 3 "$SEAWALL" serve --webhook --listen 127.0.0.1:0 --tls-dir other.tls --policy policies
has "and says which" err 'as-object'

# --- a mutation that cannot be made
cat >policies/second.yaml <<'END'
apiVersion: mutations.gatekeeper.sh/v1
kind: Assign
metadata: {name: not-a-list}
spec:
  applyTo: [{groups: [""], versions: [v1], kinds: [Pod]}]
  match: {labelSelector: {matchLabels: {broken: "yes"}}}
  location: spec.securityContext[name:x].y
  parameters: {assign: {value: a}}
END
tries=0
until create "broken-$tries" shop false 'broken: "yes"' >out 2>err && grep -q 'Warning: .*not-a-list' err || [ $tries -gt 60 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
has "a mutation that fails lets through with a warning that names it" err 'Assign not-a-list failed'
kill -TERM "$server"
wait "$server"
webhook seawall-webhook --policy policies --parameters params.yaml --fail-closed # on the same port, with the same certificates
refused "with --fail-closed it refuses" 'Assign not-a-list failed' create closed shop false 'broken: "yes"'
holds "and others are created" create open shop
alive() { [ "$(kubectl get --raw /readyz)" = ok ]; }
holds "the API server lives" alive
