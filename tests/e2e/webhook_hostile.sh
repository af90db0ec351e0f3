# SPDX-License-Identifier: Apache-2.0
# e2e: needs=python3 timeout=300
# The webhook among peers that behave badly: what is malformed, slow, too much, and policies that loop.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C

cat >loop.yaml <<'END'
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
printf '%s' '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","kind":{"group":"","version":"v1","kind":"Pod"},"operation":"CREATE","namespace":"shop","object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"app","image":"a"}]}}}}' >review.json
: >server.log
server "$SEAWALL" serve --webhook --listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0 --tls-dir tls --policy loop.yaml \
	--connections 200 --queue 4 --time-limit 1s --decision-log decisions.jsonl
listens() { grep -q ': ready$' server.log; }
if ! await listens; then
	not_ok "the webhook starts" "$(cat server.log)"
	exit 1
fi
port=$(sed -n 's/.*listening address=.* port=//p' server.log)
plain=$(sed -n 's/.*without TLS address=.* port=//p' server.log)
python3 "$SOURCE/tests/fixture/webhook_peers.py" "$port" tls/ca.crt "$plain" review.json
kill -TERM "$server"
if wait "$server"; then ok "it ends in order"; else not_ok "it ends in order" "$(tail -n 30 server.log)"; fi

# Constraints with wrong parameters: the start fails, and it is said which and why.
cat >wrong.yaml <<'END'
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: SeawallContainerCpuMemoryLimits
metadata: {name: wrong}
spec: {parameters: {cpuLimit: [1]}}
END
expect "wrong parameters end the start" 3 "$SEAWALL" serve --webhook --listen 127.0.0.1:0 --tls-dir tls --policy wrong.yaml
has "and are named" err cpuLimit
expect "a certificate is needed" 2 "$SEAWALL" serve --webhook
expect "plain addresses are loopback" 2 "$SEAWALL" serve --webhook --tls-dir tls --listen 127.0.0.1:0 --metrics-listen 0.0.0.0:0
