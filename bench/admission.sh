#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The admission webhook: reviews in process, reviews a second over TLS with kept connections (1 and 32 at a time), with
# all built-in rules and 50 further constraints, and whether memory grows.
#   ./dev bench admission [REVIEWS]      default 20000; 1000000 is the long form
set -eu
cd "$(dirname "$0")/.."
reviews=${1-20000}
ninja -C build seawall bench/admission >/dev/null
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

cat >"$work/template.yaml" <<'END'
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: benchlabels}
spec:
  crd: {spec: {names: {kind: BenchLabels}, validation: {openAPIV3Schema: {type: object, properties: {labels: {type: array, items: {type: string}}}}}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      rego: |
        package benchlabels
        violation[{"msg": msg}] {
          wanted := input.parameters.labels[_]
          not input.review.object.metadata.labels[wanted]
          msg := sprintf("label %v is missing", [wanted])
        }
END
i=0
while [ $i -lt 50 ]; do
	printf -- '---\napiVersion: constraints.gatekeeper.sh/v1beta1\nkind: BenchLabels\nmetadata: {name: labels-%d}\nspec:\n' $i
	printf '  match: {kinds: [{apiGroups: [""], kinds: [Pod]}]}\n  parameters: {labels: [app, team-%d]}\n' $i
	i=$((i + 1))
done >"$work/constraints.yaml"
{
	printf '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"0","operation":"CREATE","name":"web",'
	printf '"namespace":"shop","kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},'
	printf '"userInfo":{"username":"kim"},"object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop","labels":{"app":"web"'
	i=0
	while [ $i -lt 50 ]; do printf ',"team-%d":"a"' $i && i=$((i + 1)); done
	printf '}},"spec":{"automountServiceAccountToken":false,"containers":[{"name":"app","image":"registry.example.com/app:1","securityContext":'
	printf '{"privileged":false,"runAsNonRoot":true,"readOnlyRootFilesystem":true,"allowPrivilegeEscalation":false,"capabilities":'
	printf '{"drop":["ALL"]}},"resources":{"limits":{"cpu":"1","memory":"64Mi"}}}]}}}}'
} >"$work/review.json"

echo "In process, all built-in rules and 50 constraints that match:"
build/bench/admission "$reviews" "$work/review.json" "$work/template.yaml" "$work/constraints.yaml" | tee "$work/inside"

build/seawall serve --webhook --listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0 --tls-dir "$work/tls" --queue 64 \
	--policy "$work/template.yaml" --policy "$work/constraints.yaml" 2>"$work/log" &
server=$!
until grep -q ': ready$' "$work/log"; do
	kill -0 $server 2>/dev/null || { cat "$work/log" >&2 && exit 3; }
	sleep 0.1
done
port=$(sed -n 's/.*listening address=.* port=//p' "$work/log")
plain=$(sed -n 's/.*without TLS address=.* port=//p' "$work/log")
rss() { awk '/^VmRSS/ { print $2 }' "/proc/$server/status"; }
load() { # CONNECTIONS REVIEWS
	ab -q -k -c "$1" -n "$2" -p "$work/review.json" -T application/json "https://127.0.0.1:$port/v1/admit" >"$work/ab" 2>&1 ||
		{ cat "$work/ab" >&2 && exit 3; }
	awk -v c="$1" '/^Requests per second/ { r = $4 } /^ *50%/ { m = $2 } /^ *99%/ { p = $2 } /^Failed requests/ { f = $3 }
		/^Non-2xx/ { f += $3 } END { printf "%d connections: %.0f reviews/s, median %s ms, p99 %s ms, %d failed\n", c, r, m, p, f; exit f > 0 }' "$work/ab"
}
echo "Over TLS, kept connections (the client takes its share of the machine):"
load 1 $((reviews / 100 + 200))
first=$(rss)
load 1 $((reviews / 4))
load 32 "$reviews"
echo "resident: $first KiB after the first, $(rss) KiB after all"
curl -s "http://127.0.0.1:$plain/metrics" | awk '/^seawall_webhook_(late|busy)_total/'
awk '{
	for (i = 1; i < NF; i++) {
		if ($i == "median") { median = $(i + 1) + 0 }
		if ($i == "p99") { p99 = $(i + 1) + 0 }
		if ($i ~ /^[0-9]+:$/) { kib[++n] = $(i + 1) + 0 }
	}
} END {
	early = kib[n - 1]; late = kib[n]
	printf "admission review: median %.0f us, p99 %.0f us   must 500 / 2000 us, goal 50 / 300 us: %s\n", median, p99,
		median <= 50 && p99 <= 300 ? "PASS (goal)" : median <= 500 && p99 <= 2000 ? "PASS (must), goal missed" : "MISS"
	printf "memory: %d KiB after a hundredth, %d KiB after all: %s\n", early, late, late <= early + 512 ? "PASS" : "MISS"
	exit !(median > 0 && median <= 500 && p99 <= 2000 && early > 0 && late <= early + 512)
}' "$work/inside"
