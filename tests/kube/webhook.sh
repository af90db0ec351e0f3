# SPDX-License-Identifier: Apache-2.0
# Sourced behind tests/e2e/lib.sh by tests of the webhook before a real API server:
#   bed_starts          starts the control plane in $W/bed, or ends the test
#   bed WORD ...        tests/kube/bed.sh, of this control plane
#   kubectl ...         as its administrator
#   webhook NAME ...    `seawall serve --webhook --tls-dir NAME.tls` on a port that stays the same for that NAME, log in NAME.log, pid in
#                       $server, ports in $port (TLS) and $plain; puts its caBundle into the configurations NAME
#   webhook_port NAME   that port
#   metric NAME         of the last one
#   holds, refused      a command that succeeds; that fails and says TEXT
# shellcheck disable=SC2034 # port is for the tests
export LANG=C KUBECONFIG="$W/bed/admin.conf"

bed() {
	word=$1
	shift
	sh "$SOURCE/tests/kube/bed.sh" "$word" "$W/bed" "$@"
}
kubectl() { "$W/bed/bin/kubectl" --request-timeout=20s "$@"; }

bed_starts() {
	trap 'stop_servers; bed stop >/dev/null 2>&1' EXIT
	if ! bed start >"$W/out" 2>"$W/err"; then
		not_ok "the API server starts" ""
		exit 1
	fi
}

webhook_port() {
	[ -f "$1.port" ] || python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' >"$1.port"
	cat "$1.port"
}

webhook_is_ready() { grep -q ': ready$' "$webhook.log"; }
webhook() {
	webhook=$1
	shift
	port=$(webhook_port "$webhook")
	: >"$webhook.log"
	"$SEAWALL" serve --webhook --listen "127.0.0.1:$port" --metrics-listen 127.0.0.1:0 --tls-dir "$webhook.tls" --cluster \
		--kubeconfig "$W/bed/admin.conf" --webhook-configuration "$webhook" "$@" >"$webhook.out" 2>"$webhook.log" &
	server=$!
	servers="$servers $server"
	await webhook_is_ready || not_ok "the webhook starts" "$(tail -n 5 "$webhook.log")"
	plain=$(sed -n 's/.*without TLS address=.* port=//p' "$webhook.log" | head -n 1)
}
metric() { curl -sS "http://127.0.0.1:$plain/metrics" | awk -v name="$1" '$1 == name { print $2 }'; }

holds() { # NAME COMMAND...
	what=$1
	shift
	if "$@" >"$W/out" 2>"$W/err"; then ok "$what"; else not_ok "$what" "$([ -z "${webhook-}" ] || tail -n 3 "$webhook.log")"; fi
}
refused() { # NAME TEXT COMMAND...: it fails, and says so
	what=$1 text=$2
	shift 2
	if "$@" >"$W/out" 2>"$W/err"; then not_ok "$what" "it was let through"; else has "$what" "$W/err" "$text"; fi
}
