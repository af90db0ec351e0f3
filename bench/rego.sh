#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Rego evaluations in process: a policy of 10 000 indexed rules, a comprehension over 100 000
# elements, and admission reviews with all templates of a Gatekeeper library over its sample objects.
#   ./dev bench rego [DIR [ROUNDS]]      default ../shared/oracles/gatekeeper-library 50
set -eu
cd "$(dirname "$0")/.."
library=${1-../shared/oracles/gatekeeper-library}
rounds=${2-50}
ninja -C build bench/rego bench/constraint >/dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

awk 'BEGIN {
	print "package b\n\ndefault allow := false"
	for (i = 0; i < 10000; i++)
		printf "\nallow if {\n\tinput.method == \"GET\"\n\tinput.path == \"/a/%d\"\n}\n", i
}' >"$work/index.rego"
echo '{"method": "GET", "path": "/a/7777"}' >"$work/index.json"
printf 'package b\n\nn := count([x | some x in input.xs; x.n %% 2 == 0])\n' >"$work/comp.rego"
awk 'BEGIN {
	printf "{\"xs\": ["
	for (i = 0; i < 100000; i++)
		printf "%s{\"n\": %d}", i ? ", " : "", i
	print "]}"
}' >"$work/comp.json"
echo "10 000 rules: $(build/bench/rego "$work/index.rego" "$work/index.json" data.b.allow 20000)"
echo "100 000 elements: $(build/bench/rego "$work/comp.rego" "$work/comp.json" data.b.n 50)"

cat >"$work/join.rego" <<'END'
package b

n := sum([count(same) | some x in input.xs; same := [y | some y in input.xs; y.n == x.n]])

m := count([x | some x in input.xs; x.n in {y.n | some y in input.xs}])
END
awk 'BEGIN {
	printf "{\"xs\": ["
	for (i = 0; i < 10000; i++)
		printf "%s{\"n\": %d}", i ? ", " : "", i % 5000
	print "]}"
}' >"$work/join.json"
echo "10 000 elements by key in 10 000 rounds: $(build/bench/rego "$work/join.rego" "$work/join.json" data.b.n 20)"
echo "a set of 10 000 in a loop of 10 000: $(build/bench/rego "$work/join.rego" "$work/join.json" data.b.m 20)"

# All templates and constraints of the library in one set, its sample objects reviewed against what
# matches; without the library a small one of our own.
if [ ! -d "$library/library" ]; then
	echo "skip the library: no folder $library/library; tests/data/constraint instead"
	find tests/data/constraint/labels -name '*.yaml' ! -name 'invalid.yaml' ! -name 'suite.yaml' | sort >"$work/files"
else
	find "$library/library" -name '*.yaml' | sort >"$work/files"
fi
xargs build/bench/constraint "$rounds" <"$work/files" >"$work/reviews"
cat "$work/reviews"
awk '{
	for (i = 1; i < NF; i++) {
		if ($i == "median") { median = $(i + 1) + 0 }
		if ($i == "p99") { p99 = $(i + 1) + 0 }
	}
} END {
	printf "admission review: median %.0f us, p99 %.0f us   must 500 / 2000 us, goal 50 / 300 us: %s\n", median, p99,
		median <= 50 && p99 <= 300 ? "PASS (goal)" : median <= 500 && p99 <= 2000 ? "PASS (must), goal missed" : "MISS"
	exit !(median > 0 && median <= 500 && p99 <= 2000)
}' "$work/reviews"
