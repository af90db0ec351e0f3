# SPDX-License-Identifier: Apache-2.0
# e2e: needs=curl,jq,openssl timeout=180
# The admission webhook over TLS: audit, warn and deny, both versions, reload, certificates, limits.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C

cat >params.yaml <<'END'
rules:
  no-privileged-containers: {enforcement: deny}
  no-host-pid-ipc: {enforcement: warn}
END
cat >mutators.yaml <<'END'
apiVersion: mutations.gatekeeper.sh/v1
kind: Assign
metadata: {name: pull-always}
spec:
  applyTo: [{groups: [""], versions: [v1], kinds: [Pod]}]
  location: spec.containers[name:*].imagePullPolicy
  parameters: {assign: {value: Always}}
END
review() { # VERSION OPERATION OBJECT [OLD-OBJECT [NAMESPACE]]: an AdmissionReview
	jq -cn --arg version "$1" --arg operation "$2" --argjson object "$3" --argjson old "${4:-null}" \
		--arg namespace "${5:-default}" '
		($object // $old) as $o
		| {apiVersion: "admission.k8s.io/\($version)", kind: "AdmissionReview", request: {
			uid: "11111111-2222-3333-4444-555555555555", operation: $operation,
			kind: {group: "", version: "v1", kind: $o.kind}, resource: {group: "", version: "v1", resource: "x"},
			name: $o.metadata.name, namespace: $namespace, userInfo: {username: "kim"}, object: $object, oldObject: $old}}'
}
pod() { # NAME PRIVILEGED [HOST-PID]
	jq -cn --arg name "$1" --argjson privileged "$2" --argjson pid "${3:-false}" '{apiVersion: "v1", kind: "Pod",
		metadata: {name: $name}, spec: {hostPID: $pid, containers: [{name: "app", image: "registry.example.com/app:1",
		securityContext: {privileged: $privileged}}]}}'
}
address() { # the port of a line of the log
	sed -n "s/.*$1 address=.* port=//p" server.log | head -n 1
}
listens() { grep -q ': ready$' server.log; }
start() { # OPTIONS...
	: >server.log
	server "$SEAWALL" serve --webhook --listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0 --parameters params.yaml \
		--decision-log decisions.jsonl "$@"
	if ! await listens; then
		not_ok "the webhook starts" "$(cat server.log)"
		exit 1
	fi
	port=$(address listening) plain=$(address 'listening without TLS')
}
ask() { # PATH: what is on standard input, with the authority of the folder
	curl -sS --max-time 10 --cacert "${ca:-tls/ca.crt}" --data-binary @- "https://127.0.0.1:$port$1"
}
answer() { # NAME JQ-EXPRESSION: true of the last answer in $W/answer
	if jq -e "$2" answer >/dev/null 2>&1; then ok "$1"; else not_ok "$1" "$(head -c 2000 answer)"; fi
}
is() { # NAME GOT WANT
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "got '$2', want '$3'"; fi
}
holds() { # NAME COMMAND...
	what=$1
	shift
	if "$@" >/dev/null 2>&1; then ok "$what"; else not_ok "$what" "$(tail -n 5 server.log)"; fi
}
logged() { jq -es "$1" decisions.jsonl; } # true of the list of all decisions
metric() { curl -sS "http://127.0.0.1:$plain/metrics" | awk -v name="$1" '$1 == name { print $2 }'; }

start --tls-dir tls --policy mutators.yaml

# --- what is done about violations
review v1 CREATE "$(pod bad true)" | ask /v1/admit >answer
answer "a rule that denies refuses" '.response.allowed == false and .response.status.code == 403'
answer "the message names rule, object, container and value" '.response.status.message |
	startswith("[no-privileged-containers] Pod default/bad: container app: securityContext.privileged is true")'
answer "the message tells the smallest change that passes" '.response.status.message |
	endswith("\nWhat would pass:\nset spec.containers[0].securityContext.privileged to false")'
answer "the answer has the version and uid of the question" '.apiVersion == "admission.k8s.io/v1" and
	.kind == "AdmissionReview" and .response.uid == "11111111-2222-3333-4444-555555555555"'
review v1beta1 CREATE "$(pod bad true)" | ask /v1/admit >answer
answer "v1beta1 is answered in v1beta1" '.apiVersion == "admission.k8s.io/v1beta1" and .response.allowed == false'
review v1 CREATE "$(pod warned false true)" | ask /v1/admit >answer
answer "a rule that warns lets through with a warning" '.response.allowed and
	(.response.warnings | length == 1 and (.[0] | startswith("[no-host-pid-ipc] ")))'
review v1 CREATE "$(pod audited false)" | ask /v1/admit >answer
answer "the other rules only audit" '.response.allowed and (.response.warnings | not) and (.response.status | not)'
answer "the API server's audit log is told" '.response.auditAnnotations.violations | contains("no-root-user=audit")'
review v1 CREATE "$(pod system true)" null kube-system | ask /v1/admit >answer
answer "kube-system is never denied" '.response.allowed'
review v1 CREATE "$(pod own true)" null seawall-system | ask /v1/admit >answer
answer "our own namespace is never denied" '.response.allowed'
review v1 UPDATE "$(pod bad true)" "$(pod bad false)" | ask /v1/admit >answer
answer "an update is judged by what it makes" '.response.allowed == false'
review v1 UPDATE "$(pod bad true | jq -c '.metadata.deletionTimestamp = "2026-01-01T00:00:00Z"')" "$(pod bad true)" |
	ask /v1/admit >answer
answer "what is being deleted can go" '.response.allowed'
review v1 DELETE null "$(pod bad true)" | ask /v1/admit >answer
answer "a deletion is judged by the object that was" '.response.allowed == false'
review v1 DELETE null null | jq -c '.request.kind.kind = "Pod"' | ask /v1/admit >answer
answer "a deletion without its object is let through, and said" '.response.allowed and (.response.warnings | length == 1)'
review v1 CONNECT '{"apiVersion": "v1", "kind": "PodExecOptions", "command": ["sh"], "container": "app"}' |
	jq -c '.request.subResource = "exec" | .request.name = "web"' | ask /v1/admit >answer
answer "exec is answered" '.response.allowed'
namespace='{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"admission.seawall/ignore": "x"}}}'
review v1 CREATE "$namespace" null '' | ask /v1/admit >answer
answer "a bypass label is refused where it does not count" '.response.allowed == false and
	(.response.status.message | startswith("[bypass-label] Namespace shop: "))'
review v1 UPDATE "$namespace" "$namespace" '' | ask /v1/admit >answer
answer "a label that was there before holds nothing up" '.response.allowed'
deployment=$(jq -cn --argjson pod "$(pod x true)" '{apiVersion: "apps/v1", kind: "Deployment", metadata: {name: "web"},
	spec: {template: {metadata: {labels: {app: "web"}}, spec: $pod.spec}}}')
review v1 CREATE "$deployment" | ask /v1/admit >answer
answer "a workload whose pods will be refused is let through with a warning" '.response.allowed and
	(.response.warnings[0] | contains("Implied by seawall-pod-templates"))'

# --- mutation
review v1 CREATE "$(pod m false)" | ask /v1/mutate >answer
jq -r .response.patch answer | base64 -d >change
answer "a mutation is a JSON Patch" '.response.allowed and .response.patchType == "JSONPatch"'
if jq -e '. == [{op: "add", path: "/spec/containers/0/imagePullPolicy", value: "Always"}]' change >/dev/null; then
	ok "the patch has what changes and nothing else"
else
	not_ok "the patch has what changes and nothing else" "$(cat change)"
fi
review v1 DELETE null "$(pod m false)" | ask /v1/mutate >answer
answer "what is deleted is not mutated" '.response.allowed and (.response.patch | not)'

# --- health, metrics, decisions
is "ready without TLS" "$(curl -sS "http://127.0.0.1:$plain/readyz")" ok
is "healthy over TLS" "$(curl -sS --cacert tls/ca.crt "https://localhost:$port/healthz")" ok
is "metrics count what was denied" "$(metric 'seawall_webhook_requests_total{endpoint="admit",result="denied"}')" 5
is "reviews are taken over TLS only" "$(curl -sS -o /dev/null -w '%{http_code}' -X POST "http://127.0.0.1:$plain/v1/admit" -d x)" 404
is_logged() { await logged "$1"; }
holds "decisions are logged with rule, object and container" is_logged 'map(select(.decision == "denied"))[0] |
	.object == "Pod default/bad" and .user == "kim" and .operation == "CREATE" and
	(.violations | map(select(.action == "deny"))[0] | .rule == "no-privileged-containers" and .container == "app")'
holds "what is never denied is recorded" is_logged '[.[] | select(.namespace == "kube-system" or .namespace == "seawall-system") |
	.violations[] | select(.rule == "no-privileged-containers" and .action == "audit")] | length == 2'

# --- bodies that are none
echo '{"a": ' | ask /v1/admit >answer
has "a broken body is named" answer "AdmissionReview:"
review v1 CREATE "$(pod bad true)" | sed 's/"operation":"CREATE"/"operation":"CREATE","operation":"DELETE"/' | ask /v1/admit >answer
has "a member that stands twice is refused" answer "operation"
head -c 34000000 /dev/zero >large
is "a body that is too large is refused" "$(curl -sS -o answer -w '%{http_code}' --cacert tls/ca.crt --data-binary @large "https://127.0.0.1:$port/v1/admit")" 413

# --- changed files count without a new start
sed 's/no-privileged-containers: {enforcement: deny}/no-privileged-containers: {enforcement: dryrun}/' params.yaml >new && mv new params.yaml
lets_through() { review v1 CREATE "$(pod bad true)" | ask /v1/admit | jq -e .response.allowed; }
holds "changed parameters count" await lets_through
echo 'rules: {no-such-rule: {enforcement: deny}}' >new && mv new params.yaml
failed() { [ "$(metric seawall_webhook_policy_reload_failures_total)" -ge 1 ]; }
holds "parameters that do not load are counted" await failed
holds "the old ones stay" lets_through
kill -TERM "$server"
holds "it ends in order" wait "$server"

# --- certificates from elsewhere, of the server and of clients
certificate() { # NAME CA USAGE SUBJECT: NAME.crt and NAME.key, signed by CA
	openssl ecparam -genkey -name prime256v1 -noout -out "$1.key" 2>/dev/null
	printf 'extendedKeyUsage=%s\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n' "$3" >"$1.ext"
	openssl req -new -key "$1.key" -subj "$4" -out "$1.csr" 2>/dev/null
	openssl x509 -req -in "$1.csr" -CA "$2.crt" -CAkey "$2.key" -CAcreateserial -days 2 -extfile "$1.ext" -out "$1.crt" 2>/dev/null
}
for name in site clients strangers; do
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$name" -keyout $name.key -out $name.crt 2>/dev/null
done
certificate tls site serverAuth /CN=localhost
certificate apiserver clients clientAuth /CN=apiserver
certificate stranger strangers clientAuth /CN=stranger
echo 'rules: {}' >params.yaml
start --tls-cert tls.crt --tls-key tls.key --client-ca clients.crt
ca=site.crt
code() { # CURL-OPTIONS: status of a review
	review v1 CREATE "$(pod a false)" | curl -s --max-time 10 --cacert site.crt -o answer -w '%{http_code}' "$@" --data-binary @- \
		"https://127.0.0.1:$port/v1/admit"
}
is "a client without a certificate is refused" "$(code)" 403
is "it is counted" "$(metric 'seawall_webhook_refused_total{reason="client"}')" 1
is "one of the authority is served" "$(code --cert apiserver.crt --key apiserver.key)" 200
is "one of another authority gets no connection" "$(code --cert stranger.crt --key stranger.key)" 000
is "health is for everybody" "$(curl -s --cacert site.crt "https://127.0.0.1:$port/healthz")" ok
is "TLS 1.1 is refused" "$(curl -s -o answer -w '%{http_code}' --tls-max 1.1 --ciphers DEFAULT:@SECLEVEL=0 --cacert site.crt "https://127.0.0.1:$port/healthz")" 000
serial() { echo | openssl s_client -connect "127.0.0.1:$port" 2>/dev/null | openssl x509 -noout -serial 2>/dev/null; }
before=$(serial)
certificate next site serverAuth /CN=localhost
mv next.key tls.key && mv next.crt tls.crt
replaced() { [ "$(serial)" != "$before" ]; }
holds "a certificate that was replaced is taken into use" await replaced
is "reviews go on" "$(code --cert apiserver.crt --key apiserver.key)" 200
echo broken >new && mv new tls.crt
is_counted() { [ "$(metric seawall_webhook_certificate_failures_total)" -ge 1 ]; }
holds "a broken one is counted" await is_counted
is "and the last good one stays" "$(code --cert apiserver.crt --key apiserver.key)" 200
kill -TERM "$server"
holds "it ends in order again" wait "$server"
