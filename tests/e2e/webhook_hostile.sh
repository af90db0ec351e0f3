# SPDX-License-Identifier: Apache-2.0
# e2e: needs=curl,gcc,jq,openssl,python3 timeout=400
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
python3 "$SOURCE/tests/fixture/webhook_protocol.py" "$port" tls/ca.crt "$plain" review.json
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

start() { # OPTIONS...: again, with the log from its beginning
	: >server.log
	server "$SEAWALL" serve --webhook --listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0 --tls-dir tls "$@"
	await listens || not_ok "the webhook starts" "$(tail -n 5 server.log)"
	port=$(sed -n 's/.*listening address=.* port=//p' server.log)
	plain=$(sed -n 's/.*without TLS address=.* port=//p' server.log)
}
ask() { curl -sS --max-time 10 --cacert tls/ca.crt --data-binary @review.json "https://127.0.0.1:$port/v1/admit" >answer 2>err; }
metric() { curl -sS "http://127.0.0.1:$plain/metrics" | awk -v name="$1" '$1 == name { print $2 }'; }
holds() { # NAME COMMAND...
	what=$1
	shift
	if "$@" >out 2>err; then ok "$what"; else not_ok "$what" "$(tail -n 5 server.log)"; fi
}
judged() { ask && jq -e '.response.allowed' answer; }
at_least() { [ "$(metric "$1")" -ge "$2" ]; }

# The disk of the decision log is full: decisions are dropped and counted, answers are not.
start --decision-log /dev/full --log-allowed
holds "a full disk: reviews are answered" judged
holds "a full disk: what is not written is counted" await at_least seawall_webhook_decision_log_dropped_total 1
holds "a full disk: and reviews go on" judged
kill -TERM "$server"
holds "a full disk: it ends in order" wait "$server"

# Killed while it works, with half of a line in its log: it starts again on what is there, and each new line is whole.
start --decision-log torn.jsonl --log-allowed
certificate=$(cat tls/tls.crt)
i=0
while [ $i -lt 20 ]; do
	i=$((i + 1))
	ask &
	asked="${asked-} $!"
done
kill -KILL "$server"
wait "$server" 2>/dev/null
for pid in $asked; do wait "$pid"; done
printf '{"time":"20' >>torn.jsonl
start --decision-log torn.jsonl --log-allowed
holds "killed: it starts again" judged
[ "$(cat tls/tls.crt)" = "$certificate" ] && ok "killed: with the certificate it had" || not_ok "killed: with the certificate it had" "another"
kill -TERM "$server"
wait "$server"
tail -n 1 torn.jsonl >last
holds "killed: the log goes on with whole lines" jq -e '.decision == "audited"' last

# Fewer descriptors than peers: those who are served stay served, and there is room again when the others leave.
: >server.log
server sh -c 'ulimit -n 96 && exec "$0" "$@"' "$SEAWALL" serve --webhook --listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0 --tls-dir tls
await listens || not_ok "the webhook starts" "$(tail -n 5 server.log)"
port=$(sed -n 's/.*listening address=.* port=//p' server.log)
plain=$(sed -n 's/.*without TLS address=.* port=//p' server.log)
python3 - "$port" <<'END' &
import socket, sys, time
all = []
for _ in range(600):
    try:
        all.append(socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=2))
    except OSError:
        break
open("crowded", "w").close()
time.sleep(8)
END
crowd=$!
crowded() { [ -e crowded ]; }
await crowded
ticks() { awk '{ print $14 + $15 }' "/proc/$server/stat"; }
before=$(ticks)
sleep 2
after=$(ticks)
# Of the 200 ticks of two seconds a loop that spins takes one processor's, wholly.
[ $((after - before)) -lt 120 ] && ok "no descriptor left: it waits and does not spin" || not_ok "no descriptor left: it waits and does not spin" "$((after - before)) ticks in 2 s"
wait $crowd
holds "no descriptor left: when the crowd has gone, reviews are answered" await judged
kill -TERM "$server"
holds "no descriptor left: it ends in order" wait "$server"

# A clock that ran 400 days ahead made the certificates; it is right again now.
cat >clock.c <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
#define AHEAD (400L * 86400)
int clock_gettime(clockid_t clock, struct timespec *now)
{
	int (*next)(clockid_t, struct timespec *) = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	int rc = next(clock, now);
	if (rc == 0 && clock == CLOCK_REALTIME)
		now->tv_sec += AHEAD;
	return rc;
}
time_t time(time_t *out)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	if (out)
		*out = now.tv_sec;
	return now.tv_sec;
}
END
if sanitized; then
	skip "a clock that was wrong" "the sanitizers want to be loaded first; plain builds test it"
elif gcc -shared -fPIC -o clock.so clock.c 2>err; then
	rm -r tls
	preload=$W/clock.so
	: >server.log
	server env LD_PRELOAD="$preload" "$SEAWALL" serve --webhook --listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0 --tls-dir tls
	await listens || not_ok "the webhook starts" "$(tail -n 5 server.log)"
	port=$(sed -n 's/.*listening address=.* port=//p' server.log)
	ahead() { openssl x509 -in tls/tls.crt -noout -checkend $((300 * 86400)); } # they would hold 90 days
	holds "a wrong clock: certificates are made by it" ahead
	distrusted() { ! ask && grep -q 'certificate is not yet valid' err; }
	holds "a wrong clock: clients say so" distrusted
	kill -TERM "$server"
	wait "$server"
	start
	holds "a clock that is right again: certificates are made anew, and clients trust them" judged
	kill -TERM "$server"
	wait "$server"
else
	not_ok "a clock that was wrong" "$(cat err)"
fi
