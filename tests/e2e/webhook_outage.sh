# SPDX-License-Identifier: Apache-2.0
# e2e: kubernetes root needs=curl,jq,openssl,python3,etcd timeout=400
# The webhook in trouble, seen from a real API server: nobody waits past the timeout of the configuration, nothing gets in that is
# denied, and what goes wrong is said: policies that loop, a webhook that stands still, is killed, restarts, has a full disk, a wrong
# certificate, objects as large as they can be, and a flood of requests.
. "$SOURCE/tests/e2e/lib.sh"
. "$SOURCE/tests/kube/webhook.sh"
bed_starts
timeout=4
slack=3 # seconds for kubectl, the API server and a busy machine beside the webhook
small=
trap 'kill -CONT "$server" 2>/dev/null; stop_servers; bed stop >/dev/null 2>&1; [ -z "$small" ] || umount "$small"' EXIT

cat >own.yaml <<'END'
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: loops}
spec:
  crd: {spec: {names: {kind: Loops}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      rego: |
        package loops
        violation[{"msg": "found"}] {
          input.review.object.metadata.labels.loop
          xs := numbers.range(1, 5000)
          count([1 | xs[_] + xs[_] + xs[_] == -1]) > 0
        }
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: Loops
metadata: {name: loops}
END
mkdir policies
cp own.yaml policies/
echo 'rules: {no-privileged-containers: {enforcement: deny}}' >params.yaml
"$SEAWALL" install kubernetes --kubernetes 1.20 --url "https://127.0.0.1:$(webhook_port seawall-webhook)" --timeout $timeout --no-mutation >all.yaml
kubectl apply -f all.yaml >/dev/null 2>err
kubectl create namespace shop >/dev/null
pod() { # NAME PRIVILEGED [LABELS]
	cat <<END
apiVersion: v1
kind: Pod
metadata: {name: $1, namespace: shop, labels: {${3-}}}
spec: {containers: [{name: app, image: "app:1", securityContext: {privileged: $2}}]}
END
}
create() { pod "$@" | kubectl create -f -; }
policy() { # Ignore or Fail
	kubectl patch validatingwebhookconfiguration seawall-webhook --type=json \
		-p "[{\"op\": \"replace\", \"path\": \"/webhooks/0/failurePolicy\", \"value\": \"$1\"}]" >/dev/null
}
timed() { # COMMAND...: its output in out, err; its seconds in $took, its status in $status
	began=$(date +%s)
	status=0
	"$@" >out 2>err || status=$?
	took=$(($(date +%s) - began))
}
within() { # NAME: the last one did not wait past the timeout
	if [ "$took" -le $((timeout + slack)) ]; then ok "$1"; else not_ok "$1" "$took s"; fi
}
serve() { webhook seawall-webhook --parameters params.yaml --policy policies "$@"; }
judged() { ! create "probe-$$" true && kubectl get --raw /readyz; }
alive() { [ "$(kubectl get --raw /readyz)" = ok ]; }

serve --decision-log decisions.jsonl
holds "a violating pod is refused" await judged

# Straight to the API server: a client that takes no time of its own, and sends "<" as one byte where kubectl makes six of it.
post() { # FILE CURL-OPTION...
	file=$1
	shift
	curl -sS --noproxy '*' --max-time 20 --cert bed/admin.crt --key bed/admin.key --cacert bed/ca.crt -H 'Content-Type: application/json' \
		--data-binary "@$file" "$@" "https://127.0.0.1:$(cat bed/port)/api/v1/namespaces/shop/pods"
}

# --- policies that loop
timed create loop false 'loop: "yes"'
[ $status = 0 ] && ok "a policy that loops fails open" || not_ok "a policy that loops fails open" "$(cat err)"
within "a policy that loops: within the timeout"
has "a policy that loops: said in a warning" err 'Warning: '
i=0 pids=
while [ $i -lt 12 ]; do
	i=$((i + 1))
	jq -cn --arg name "loop-$i" '{apiVersion: "v1", kind: "Pod", metadata: {name: $name, labels: {loop: "yes"}}, spec: {containers: [{name: "app", image: "app:1"}]}}' >"loop-$i.json"
	post "loop-$i.json" -w '\n%{time_total}\n' >"loop-$i.out" 2>&1 &
	pids="$pids $!"
done
for pid in $pids; do wait "$pid"; done
took=$(tail -q -n 1 loop-*.out | sort -n | tail -n 1 | cut -d. -f1)
within "twelve of them at once: within the timeout"
cat loop-*.out >loops
lacks "twelve of them: none ran into the timeout of the API server" loops 'failed calling webhook'
[ "$(grep -c '"phase"' loops)" = 12 ] && ok "twelve of them: all fail open" || not_ok "twelve of them: all fail open" "$(grep message loops | head -n 3)"
timed create after false
within "and others are judged at once behind them"

# --- parameters and policies that are wrong: the old ones stay
printf 'apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: SeawallContainerCpuMemoryLimits\nmetadata: {name: wrong}\nspec: {parameters: {cpuLimit: [1]}}\n' >policies/wrong.yaml
counted() { [ "$(metric "$1")" -ge "$2" ]; }
holds "a constraint with wrong parameters is counted" await counted seawall_webhook_policy_reload_failures_total 1
comes "and named" seawall-webhook.log cpuLimit
holds "and what was in force stays" judged
rm policies/wrong.yaml

# --- objects as large as they can be, in the review six times as large: no way around the rules
python3 - <<'END'
import json
pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "large", "namespace": "shop"}, "spec": {"containers": [
    {"name": "app", "image": "app:1", "securityContext": {"privileged": True}, "env": [{"name": "A", "value": "<" * 1200000}]}]}}
json.dump(pod, open("large.json", "w"))
pod["metadata"]["name"] = "many"
pod["spec"]["containers"][0]["env"] = []
pod["spec"]["containers"][0]["command"] = ["x"] * 300000
json.dump(pod, open("many.json", "w"))
END
for what in large many; do
	timed post $what.json
	grep -q no-privileged-containers out && ok "a pod of more than a megabyte is judged ($what)" || not_ok "a pod of more than a megabyte is judged ($what)" "$(head -c 300 out)"
	within "within the timeout ($what)"
done

# --- a flood
began=$(date +%s)
i=0 pids=
while [ $i -lt 40 ]; do
	i=$((i + 1))
	create "flood-$i" true >"flood-$i.out" 2>&1 &
	pids="$pids $!"
done
for pid in $pids; do wait "$pid"; done
cat flood-*.out >flood
lacks "forty requests at once: none is let through" flood ' created'
[ "$(grep -c no-privileged-containers flood)" = 40 ] && ok "forty requests at once: all are judged" || not_ok "forty requests at once: all are judged" "$(grep -v no-privileged flood | head -n 3)"

# --- a webhook that stands still: the API server gives up after its timeout, whatever it then does
kill -STOP "$server"
timed create still true
within "standing still, Ignore: within the timeout"
[ $status = 0 ] && ok "standing still, Ignore: let through" || not_ok "standing still, Ignore: let through" "$(cat err)"
policy Fail
sleep 2
timed create still2 true
within "standing still, Fail: within the timeout"
[ $status != 0 ] && ok "standing still, Fail: refused" || not_ok "standing still, Fail: refused" "$(cat out)"
has "standing still, Fail: the API server says why" err 'failed calling webhook'
kill -CONT "$server"
holds "going on: pods are judged" await judged

# --- killed while requests flow, and started again: with Fail nothing is let through in between
(
	i=0
	while [ ! -e stop ]; do
		i=$((i + 1))
		create "flow-$i" true >>flow.log 2>&1
	done
) &
flow=$!
sleep 1
kill -KILL "$server"
wait "$server" 2>/dev/null
# Until a request has come and found nobody there: how long one takes depends on the machine.
found_nobody() { grep -q 'failed calling webhook' flow.log; }
server=
holds "killed: the API server said that it was away" await found_nobody
serve --decision-log decisions.jsonl
holds "killed and started again: pods are judged" await judged
: >stop
wait "$flow"
lacks "killed: nothing was let through meanwhile" flow.log ' created'
holds "killed: each line of the decision log is whole" jq -es 'length > 0 and all(.[]; .decision)' decisions.jsonl

# --- the disk of the decision log fills up
kill -TERM "$server"
wait "$server"
mkdir small
if mount -t tmpfs -o size=64k none small 2>err; then
	small=$W/small
	serve --decision-log small/decisions.jsonl
	i=0
	until [ "$(metric seawall_webhook_decision_log_dropped_total)" -gt 0 ] || [ $i -gt 60 ]; do
		i=$((i + 1))
		head -c 65536 /dev/zero >>small/fill 2>/dev/null
		create "full-$i" true >out 2>&1
		grep -q no-privileged-containers out || echo "$i: $(cat out)" >>unjudged
	done
	holds "a full disk is counted" counted seawall_webhook_decision_log_dropped_total 1
	[ ! -e unjudged ] && ok "a full disk: every pod is judged" || not_ok "a full disk: every pod is judged" "$(head -n 1 unjudged)"
	rm small/fill
	create after-full true >out 2>&1
	logged() { tail -n 1 small/decisions.jsonl | jq -e '.object == "Pod shop/after-full"'; }
	holds "room again: decisions are written on" await logged
	kill -TERM "$server"
	wait "$server"
else
	skip "a full disk" "no right to mount: $(cat err)"
	kill -TERM "$server"
	wait "$server"
fi

# --- a certificate that nobody trusts, and one that has expired
bed certificate elsewhere 5 'DNS:localhost,IP:127.0.0.1'
bed certificate expired -3 'DNS:localhost,IP:127.0.0.1'
for kind in elsewhere expired; do
	: >seawall-webhook.log
	"$SEAWALL" serve --webhook --listen "127.0.0.1:$(webhook_port seawall-webhook)" --parameters params.yaml \
		--tls-cert "bed/$kind.crt" --tls-key "bed/$kind.key" 2>seawall-webhook.log &
	server=$!
	servers="$servers $server"
	await webhook_is_ready
	timed create "certificate-$kind" true
	within "a certificate, $kind: within the timeout"
	has "a certificate, $kind: the API server says what is wrong with it" err 'x509: certificate'
	kill -TERM "$server"
	wait "$server"
done
comes "an expired certificate is logged by the webhook" seawall-webhook.log 'the certificate has expired'
serve
holds "with its own again: pods are judged" await judged
holds "the API server lives" alive
