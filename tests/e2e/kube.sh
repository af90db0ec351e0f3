# SPDX-License-Identifier: Apache-2.0
# e2e: kubernetes timeout=420 needs=etcd,etcdctl,curl,jq,openssl,python3
# A real kube-apiserver: what `facts cluster` tells of it, lists and watches whose versions expire, log-in in all its ways, and
# what goes wrong with each of them in one line.
. "$SOURCE/tests/e2e/lib.sh"
. "$SOURCE/tests/kube/calm.sh"
tool=$(dirname "$SEAWALL")/tests/tool/kube_client
bed=$W/bed
bed() { sh "$SOURCE/tests/kube/bed.sh" "$@"; }
trap 'bed stop "$bed"; stop_servers' EXIT

if bed start "$bed" >"$W/out" 2>"$W/err"; then ok "a control plane starts"; else not_ok "a control plane starts" "see above" && exit; fi
admin=$bed/admin.conf
port=$(cat "$bed/port")
unset KUBECONFIG KUBERNETES_SERVICE_HOST
kubectl() { "$bed/bin/kubectl" --kubeconfig "$admin" "$@"; }
facts() { "$SEAWALL" facts cluster -q --kubeconfig "$@"; }
holds() { # NAME FILE EXPRESSION: jq says true of it
	if jq -e "$3" "$2" >"$W/out" 2>"$W/err"; then ok "$1"; else not_ok "$1" "$3 is not so"; fi
}
one_line() { # NAME TEXT: the last command said that on its only line
	if [ "$(wc -l <"$W/err")" = 1 ]; then has "$1" "$W/err" "$2"; else not_ok "$1" "not one line"; fi
}

# ---- the document ----
kubectl create namespace shop >/dev/null
cat >objects.yaml <<'END'
apiVersion: v1
kind: Secret
metadata: {name: door, namespace: shop}
stringData: {key: open-sesame}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: plan, namespace: shop}
data: {route: over-the-hills}
binaryData: {map: AAEC}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front, namespace: shop}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: shop}
spec: {podSelector: {}}
---
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata: {name: loose}
spec: {privileged: true, seLinux: {rule: RunAsAny}, runAsUser: {rule: RunAsAny}, fsGroup: {rule: RunAsAny}, supplementalGroups: {rule: RunAsAny}}
---
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: batch/v1beta1
kind: CronJob
metadata: {name: nightly, namespace: shop}
spec: {schedule: "0 3 * * *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: a}]}}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: a}]}}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ships.example.com}
spec: {group: example.com, scope: Namespaced, names: {plural: ships, kind: Ship}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver-a, namespace: kube-system, labels: {component: kube-apiserver}}
spec: {containers: [{name: kube-apiserver, image: a, command: [kube-apiserver, --authorization-mode=Node, --anonymous-auth, "false", --authorization-mode=RBAC, --profiling]}]}
---
apiVersion: v1
kind: Node
metadata: {name: n1, labels: {disk: ssd}}
spec: {providerID: "kind://docker/n1"}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: other}
webhooks: [{name: a.example.com, clientConfig: {url: "https://127.0.0.1:1/x"}, failurePolicy: Ignore, sideEffects: None, admissionReviewVersions: [v1], rules: [{apiGroups: [x.example.com], apiVersions: [v1], operations: [CREATE], resources: [ys]}]}]
END
kubectl apply -f objects.yaml >"$W/out" 2>"$W/err" || not_ok "objects are made" "kubectl apply"
server=$(cat "$bed/kube-apiserver.pid")
await sh -c "[ \$('$bed/bin/kubectl' --kubeconfig '$admin' get pods -n shop -o name | wc -l) = 2 ]"
listed='pods deployments.apps secrets configmaps roles.rbac.authorization.k8s.io clusterroles.rbac.authorization.k8s.io'
both_views() { # of our program and of kubectl
	expect "facts of a cluster" 0 facts "$admin" -o facts.json
	for kind in $listed; do kubectl get "$kind" -A -o json >"want.$kind"; done
}
calm both_views
holds "version" facts.json '.schema_version == 1 and .kind == "cluster" and (.version.gitVersion | startswith("v1.20."))'
holds "server" facts.json ".cluster.server == \"https://127.0.0.1:$port/\" and .cluster.name == \"bed\" and .cluster.platform == \"kind\""
holds "address and anonymous access" facts.json '.api_server.addresses == ["127.0.0.1"] and .api_server.anonymous == {"path": "/api", "status": 403}'
holds "flags of the static pod, the last one of a name counts" facts.json '.api_server.flags == {"authorization-mode": "RBAC", "anonymous-auth": "false", "profiling": "true"} and .api_server.flags_source == "pod kube-system/kube-apiserver-a"'
holds "roles are served and bind strangers" facts.json '.rbac == {"api_available": true, "stranger_allowed": false}'
holds "nodes" facts.json '.nodes == [{"name": "n1", "provider_id": "kind://docker/n1", "labels": {"disk": "ssd"}}]'
holds "webhooks" facts.json '[.webhooks[].metadata.name] == ["other"] and .policy_addon.pods == []'
holds "objects have kind and apiVersion, and no managedFields" facts.json '[.objects[] | select((.kind | not) or (.apiVersion | not) or .metadata.managedFields)] == []'
holds "an ingress is told once, in its newest group" facts.json '[.objects[] | select(.kind == "Ingress") | .apiVersion] == ["networking.k8s.io/v1"]'
holds "namespaces come first" facts.json '.objects[0].kind == "Namespace"'
for kind in Secret ConfigMap NetworkPolicy PodSecurityPolicy PodDisruptionBudget CronJob Deployment ReplicaSet Pod CustomResourceDefinition ServiceAccount ClusterRole ClusterRoleBinding Role RoleBinding Service Node ValidatingWebhookConfiguration; do
	holds "objects of kind $kind" facts.json "[.objects[] | select(.kind == \"$kind\")] != []"
done
holds "config maps keep the names of their keys" facts.json '[.objects[] | select(.metadata.name == "plan") | .data_keys] == [["route", "map"]]'
lacks "no value of a config map" facts.json over-the-hills
lacks "no value of a secret" facts.json open-sesame
lacks "nor in base64" facts.json "$(printf open-sesame | base64)"
holds "secrets are there by name" facts.json '[.objects[] | select(.kind == "Secret" and .metadata.name == "door")] | length == 1 and (.[0] | keys) == ["apiVersion", "kind", "metadata"]'
holds "nothing is left unread but what a file of the server says" facts.json '[.not_read[].what] == []'
for kind in $listed; do
	jq -r '.items[].metadata.uid' "want.$kind" | sort >want
	jq -r --arg kind "$(jq -r '.items[0].kind' "want.$kind")" '.objects[] | select(.kind == $kind) | .metadata.uid' facts.json | sort >got
	same "$kind are those that kubectl sees" got want
done
expect "one namespace" 0 facts "$admin" -n shop -o shop.json
holds "holds no other" shop.json '[.objects[] | select(.metadata.namespace and .metadata.namespace != "shop")] == [] and ([.objects[] | select(.kind == "Namespace") | .metadata.name] == ["shop"])'
expect "the head alone" 0 facts "$admin" --no-objects -o head.json
holds "has no objects" head.json '(has("objects") | not) and .nodes[0].name == "n1"'

# ---- lists and watches ----
expect "500 pods" 0 "$tool" make "$admin" default 500 8
kubectl get pods -n default -o name --chunk-size=100 | sed 's/^pod\///' | grep load- | sort >want
"$tool" list "$admin" pods 50 2>paged.err | sed -n 's/^default\/load-/load-/p' | sort >got
same "a list in pages of 50 has them all" got want
has "in pages" paged.err "pages 11 expired 0"
"$tool" list "$admin" pods 50 go >held 2>held.err &
lister=$!
await grep -q waiting held.err
kubectl label pod -n default load-000003 touched=yes >/dev/null
revision=$(ETCDCTL_API=3 etcdctl --endpoints "http://127.0.0.1:$(cat "$bed/etcd.port")" endpoint status -w json | jq '.[0].Status.header.revision')
ETCDCTL_API=3 etcdctl --endpoints "http://127.0.0.1:$(cat "$bed/etcd.port")" compact "$revision" >/dev/null
: >go
wait "$lister" || not_ok "a list whose version is compacted away" "exit status $?"
sed -n 's/^default\/load-/load-/p' held | sort >got
same "a list whose version is compacted away has them all, each once" got want
has "and says that it expired" held.err "expired 1"

"$tool" watch "$admin" pods last 90 >seen 2>seen.err &
watcher=$!
await grep -q SYNCED seen
kubectl delete pod -n default load-000001 --wait=false --grace-period=0 --force >/dev/null 2>&1
kubectl label pod -n default load-000002 touched=yes >/dev/null
await grep -q '^MODIFIED load-000002' seen || not_ok "a watch sees changes" "nothing came"
has "a watch sees what is deleted" seen "DELETED load-000001"
if [ "$(grep -c '^LISTED load-' seen)" = 500 ]; then ok "a watch begins with all there is"; else not_ok "a watch begins with all there is" "$(grep -c '^LISTED load-' seen) of 500"; fi
bed kill-server "$bed"
await grep -q '^BROKEN' seen || not_ok "a server that is gone is told" "no BROKEN"
# The versions that the new server knows begin behind the last one that was seen.
for i in 1 2 3; do ETCDCTL_API=3 etcdctl --endpoints "http://127.0.0.1:$(cat "$bed/etcd.port")" put "/elsewhere/$i" x >/dev/null; done
bed start-server "$bed" 2>"$W/err" || not_ok "the server comes back" "see above"
kubectl run last -n default --image=a >/dev/null
wait "$watcher" && ok "a watch lives through a restart of the server" || not_ok "a watch lives through a restart of the server" "$(tail -n 1 seen.err)"
has "and lists again where its version is too old" seen.err "lists 2 "

# ---- log-in ----
kubectl create serviceaccount robot -n shop >/dev/null
kubectl create clusterrolebinding robot --clusterrole=view --serviceaccount=shop:robot >/dev/null
await sh -c "'$bed/bin/kubectl' --kubeconfig '$admin' get secret -n shop -o name | grep -q robot-token"
kubectl get secret -n shop "$(kubectl get serviceaccount robot -n shop -o 'jsonpath={.secrets[0].name}')" -o 'jsonpath={.data.token}' | base64 -d >token

config() { # FILE CLUSTER-MEMBERS USER-MEMBERS
	printf '{apiVersion: v1, kind: Config, current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}],\nclusters: [{name: c, cluster: {server: "https://127.0.0.1:%s", %s}}],\nusers: [{name: u, user: {%s}}]}\n' "$port" "$2" "$3" >"$1"
	chmod 600 "$1"
}
ca="certificate-authority: bed/ca.crt"
config token.conf "$ca" "tokenFile: token"
expect "a token in a file" 0 facts token.conf -o token.json
holds "what it may not read is named with the right that is missing" token.json '[.not_read[] | select(.what == "secrets" and (.reason | startswith("no right to list secrets in all namespaces: ")) and (.remedy | startswith("give the account a ClusterRole with the verb list on secrets of API group \"\"")))] | length == 1'
holds "and is absent" token.json '([.objects[] | select(.kind == "Secret")] == []) and (has("nodes") | not) and ([.not_read[].what] | contains(["nodes", "webhooks", "rbac.stranger_allowed"]))'
holds "what it may read is there" token.json '[.objects[] | select(.kind == "Pod")] | length > 500'
cat >plugin <<'END'
#!/bin/sh
echo run >>"$COUNT"
printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"%s"}}' "$(cat "$1")"
END
chmod 755 plugin
config exec.conf "$ca" "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, args: [$W/token], env: [{name: COUNT, value: $W/count}], interactiveMode: Never}"
expect "a credential plug-in" 0 facts exec.conf --no-objects -o exec.json
if [ "$(wc -l <count)" = 1 ]; then ok "is started once"; else not_ok "is started once" "$(wc -l <count) times"; fi
echo wrong >bad-token
config badexec.conf "$ca" "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, args: [$W/bad-token], env: [{name: COUNT, value: $W/count}], interactiveMode: Never}"
: >count
expect "a plug-in with a token that nobody knows" 3 facts badexec.conf
one_line "is refused" "does not accept who we are (401"
if [ "$(wc -l <count)" = 2 ]; then ok "and asked once more"; else not_ok "and asked once more" "$(wc -l <count) times"; fi
config as.conf "$ca" "client-certificate: bed/admin.crt, client-key: bed/admin.key, as: 'system:serviceaccount:shop:robot'"
expect "acting as somebody else" 0 facts as.conf -o as.json
holds "has their rights" as.json '[.not_read[].what] | contains(["secrets"])'
config inline.conf "certificate-authority-data: $(base64 -w0 bed/ca.crt)" "client-certificate-data: $(base64 -w0 bed/admin.crt), client-key-data: $(base64 -w0 bed/admin.key)"
expect "everything inside of the kubeconfig" 0 facts inline.conf --no-objects -o inline.json
config name.conf "$ca, tls-server-name: kubernetes.default.svc" "client-certificate: bed/admin.crt, client-key: bed/admin.key"
expect "another name for the certificate" 0 facts name.conf --no-objects -o name.json
config unchecked.conf "insecure-skip-tls-verify: true" "client-certificate: bed/admin.crt, client-key: bed/admin.key"
expect "no check of the certificate" 0 "$SEAWALL" facts cluster --kubeconfig unchecked.conf --no-objects -o unchecked.json
has "is warned of" "$W/err" "has insecure-skip-tls-verify"
cat >proxy.py <<'END'
import socket, sys, threading
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
def pump(a, b):
    while data := a.recv(65536):
        b.sendall(data)
    b.shutdown(socket.SHUT_WR)
def serve(client):
    head = b""
    while b"\r\n\r\n" not in head:
        head += client.recv(4096)
    host, port = head.split()[1].decode().rsplit(":", 1)
    peer = socket.create_connection((host, int(port)))
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    print(head.split()[1].decode(), file=sys.stderr, flush=True)
    threading.Thread(target=pump, args=(peer, client), daemon=True).start()
    pump(client, peer)
while True:
    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
END
python3 proxy.py >proxy.port 2>proxy.log &
server=$! servers="$servers $!"
await test -s proxy.port
config proxy.conf "$ca, proxy-url: 'http://127.0.0.1:$(cat proxy.port)'" "client-certificate: bed/admin.crt, client-key: bed/admin.key"
expect "a proxy" 0 facts proxy.conf --no-objects -o proxy.json
comes "is really used" proxy.log "127.0.0.1:$port"
if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
	expect "the account of a pod" 0 unshare -m sh -c 'mount -t tmpfs none /run && d=/run/secrets/kubernetes.io/serviceaccount && mkdir -p $d &&
		cp token $d/token && cp bed/ca.crt $d/ca.crt && printf shop >$d/namespace &&
		HOME=/nowhere KUBERNETES_SERVICE_HOST=127.0.0.1 KUBERNETES_SERVICE_PORT='"$port"' "$SEAWALL" facts cluster -q -o pod.json'
	holds "whose address says nothing about who reaches the server" pod.json '(.api_server | has("addresses") | not) and (.api_server.addresses_error | startswith("asked from inside of the cluster"))'
else
	skip "the account of a pod" "no right to a mount namespace"
fi

# ---- what goes wrong ----
bed user "$bed" nobody
expect "an account without rights" 3 facts "$bed/nobody.conf"
one_line "is told so" "the account may list nothing at all"
kubectl create role reader -n shop --verb=list --resource=pods >/dev/null
kubectl create rolebinding nobody -n shop --role=reader --user=nobody >/dev/null
expect "an account with one right in one namespace" 0 facts "$bed/nobody.conf" -n shop -o little.json
holds "reads what it may" little.json '([.objects[].kind] | unique) == ["Pod"]'
holds "and names all else" little.json '[.not_read[].what] | contains(["services in namespace shop", "configmaps in namespace shop", "clusterroles.rbac.authorization.k8s.io", "namespace shop"])'
expect "a file that is not written is not there" 3 facts "$bed/nobody.conf" -o never.json
[ ! -e never.json ] && ok "nor its beginning" || not_ok "nor its beginning" "never.json is there"
bed user "$bed" old system:masters -1
expect "a client certificate that has expired" 3 facts "$bed/old.conf"
one_line "is told with its day" "the client certificate expired on "
openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.crt -subj /CN=other -days 2 2>/dev/null
config wrongca.conf "certificate-authority: other.crt" "tokenFile: token"
expect "a certificate of another authority" 3 facts wrongca.conf
one_line "is told with what to do" "the certificate-authority of the kubeconfig did not sign it"
config noca.conf "proxy-url: ''" "tokenFile: token"
expect "no authority named" 3 facts noca.conf
one_line "is told" "name its authority as certificate-authority in the kubeconfig"
config wrongname.conf "$ca, tls-server-name: elsewhere.example.com" "tokenFile: token"
expect "a certificate for another name" 3 facts wrongname.conf
one_line "is told too" "it is for another name"
config mixed.conf "$ca" "client-certificate: bed/admin.crt, client-key: bed/nobody.key"
expect "a key of somebody else" 3 facts mixed.conf
one_line "is told before anything is asked" "the client key does not belong to the client certificate"
expect "a context that is not there" 2 facts "$admin" --context nope
one_line "those there are are named" "no context 'nope' (there are: bed)"
expect "a kubeconfig that is not there" 3 facts "$W/none.conf"
printf 'clusters: [\n' >bad.conf
expect "a kubeconfig that is no YAML" 3 facts bad.conf
one_line "is told with the line" "bad.conf: YAML line"
bed certificate "$bed" lapsed -1
bed kill-server "$bed"
bed start-server "$bed" --tls-cert-file="$bed/lapsed.crt" --tls-private-key-file="$bed/lapsed.key" 2>"$W/err" || not_ok "a server with an old certificate" "does not start"
expect "a server whose certificate has expired" 3 facts "$admin"
one_line "is told what to renew" "the certificate of the server has to be renewed"
bed kill-server "$bed"
expect "a server that is gone" 3 facts "$admin"
one_line "cannot be reached" "127.0.0.1"
bed stop "$bed"
for name in etcd kube-apiserver kube-controller-manager; do
	if [ -e "$bed/$name.pid" ]; then not_ok "nothing is left behind" "$name"; fi
done
left=
for process in /proc/[0-9]*/cmdline; do
	if grep -qsF "$bed/" "$process"; then left="$left $process"; fi
done
if [ -z "$left" ]; then ok "nothing is left running"; else not_ok "nothing is left running" "$left"; fi
