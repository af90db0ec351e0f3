#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The admission webhook: reviews in process, reviews a second over TLS with kept connections (1 and 32 at a time), with
# all built-in rules and 50 further constraints, and whether memory after all of them is what it was after 10,000.
#   ./dev bench admission [REVIEWS]      default 20000, at least 5000; 1000000 is the long form (some ten minutes)
set -eu
cd "$(dirname "$0")/.."
reviews=${1-20000}
[ "$reviews" -ge 5000 ] || { echo "admission.sh: at least 5000 reviews" >&2 && exit 2; }
tolerance=2 # per cent that resident memory may differ: what an allocator keeps varies with the order of frees
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
# Each "@@@@@@@@" becomes a number, so that reviews differ in what could be kept of them.
{
	printf '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"@@@@@@@@","operation":"CREATE","name":"web-@@@@@@@@",'
	printf '"namespace":"shop","kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},'
	printf '"userInfo":{"username":"kim-@@@@@@@@"},"object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-@@@@@@@@","namespace":"shop",'
	printf '"labels":{"app":"web-@@@@@@@@"'
	i=0
	while [ $i -lt 50 ]; do printf ',"team-%d":"a"' $i && i=$((i + 1)); done
	printf '}},"spec":{"automountServiceAccountToken":false,"containers":[{"name":"app","image":"registry.example.com/app:@@@@@@@@","securityContext":'
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
number=0
load() { # CONNECTIONS REVIEWS: with a body of its own
	number=$((number + 1))
	sed "s/@@@@@@@@/$(printf %08d $number)/g" "$work/review.json" >"$work/body.json"
	ab -q -k -c "$1" -n "$2" -e "$work/times" -p "$work/body.json" -T application/json "https://127.0.0.1:$port/v1/admit" >"$work/ab" 2>&1 ||
		{ cat "$work/ab" >&2 && exit 3; }
	awk -F, -v c="$1" '$1 == 50 { m = $2 } $1 == 99 { p = $2 } FILENAME ~ /times$/ { next } { split($0, word, " *: *| +") }
		/^Requests per second/ { r = word[4] } /^Failed requests/ { f = word[3] } /^Non-2xx/ { f += word[3] }
		END { printf "%d connections: %.0f reviews/s, median %.2f ms, p99 %.2f ms, %d failed\n", c, r, m, p, f; exit f > 0 }' \
		"$work/times" "$work/ab"
}
early=10000
[ "$reviews" -ge 20000 ] || early=$((reviews / 2))
echo "Over TLS, kept connections (the client takes its share of the machine):"
load 1 $((early / 2))
load 32 $((early / 2))
first=$(rss)
i=0
while [ $i -lt 10 ]; do
	load 32 $(((reviews - early) / 10))
	i=$((i + 1))
done
last=$(rss)
load 1 $((early / 2))
curl -s "http://127.0.0.1:$plain/metrics" | awk '/^seawall_webhook_(late|busy)_total/'
awk -v tolerance=$tolerance -v early="$early" -v all="$reviews" -v first="$first" -v last="$last" '
function same(a, b) { return a > 0 && b <= a * (1 + tolerance / 100) }
{
	for (i = 1; i < NF; i++) {
		if ($i == "median") { median = $(i + 1) + 0 }
		if ($i == "p99") { p99 = $(i + 1) + 0 }
		if ($i ~ /^[0-9]+:$/) { kib[++n] = $(i + 1) + 0 }
	}
} END {
	printf "admission review: median %.0f us, p99 %.0f us   must 500 / 2000 us, goal 50 / 300 us: %s\n", median, p99,
		median <= 50 && p99 <= 300 ? "PASS (goal)" : median <= 500 && p99 <= 2000 ? "PASS (must), goal missed" : "MISS"
	printf "memory in process: %d KiB after %d, %d KiB after %d: %s\n", kib[n - 1], early, kib[n], all, same(kib[n - 1], kib[n]) ? "PASS" : "MISS"
	printf "memory of the server: %d KiB after %d, %d KiB after %d: %s\n", first, early, last, all, same(first, last) ? "PASS" : "MISS"
	exit !(median > 0 && median <= 500 && p99 <= 2000 && same(kib[n - 1], kib[n]) && same(first, last))
}' "$work/inside"
