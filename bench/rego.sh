#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Rego evaluations in process: a policy of 10 000 indexed rules, a comprehension over 100 000
# elements, and the templates of a Gatekeeper library over a sample object.
#   ./dev bench rego [DIR]      default ../shared/oracles/gatekeeper-library
set -eu
cd "$(dirname "$0")/.."
library=${1-../shared/oracles/gatekeeper-library}
ninja -C build bench/rego >/dev/null
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

if [ ! -d "$library" ]; then
	echo "skip templates: no folder $library"
	exit 0
fi
cat >"$work/pod.json" <<'END'
{"review": {"kind": {"group": "", "version": "v1", "kind": "Pod"}, "operation": "CREATE",
 "object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "b", "labels": {"app": "x"}},
  "spec": {"hostNetwork": true, "containers": [
   {"name": "c", "image": "example.com/i:1", "securityContext": {"privileged": true}},
   {"name": "d", "image": "example.com/j", "resources": {"limits": {"cpu": "2", "memory": "1Gi"}}}],
   "volumes": [{"name": "v", "hostPath": {"path": "/etc"}}]}}},
 "parameters": {"labels": [{"key": "owner"}], "repos": ["example.org/"], "cpu": "1", "memory": "1Gi",
  "exemptImages": [], "tags": ["latest"], "volumes": ["configMap"]}}
END
count=0
for template in "$library"/library/*/*/template.yaml; do
	# The text block behind "rego: |", without its margin; templates with libraries are left out.
	awk '/^ *libs:/ { exit }
		on && /[^ ]/ && match($0, /[^ ]/) - 1 < margin { exit }
		on { print substr($0, margin + 1) }
		/^ *rego: \|/ && !on { on = 1; getline; match($0, /[^ ]/); margin = RSTART - 1; print substr($0, margin + 1) }
	' "$template" >"$work/t.rego"
	grep -q '^violation' "$work/t.rego" && ! grep -q 'data\.lib\|import' "$work/t.rego" || continue
	package=$(sed -n 's/^package //p' "$work/t.rego")
	build/bench/rego "$work/t.rego" "$work/pod.json" "data.$package.violation" 2000 v0 >>"$work/templates" || continue
	count=$((count + 1))
done
awk -v n="$count" '{
	for (i = 1; i < NF; i++) {
		if ($i == "median") { sum += $(i + 1) }
		if ($i == "p99") { p99 += $(i + 1) }
	}
} END {
	printf "%d templates, one object: medians add up to %.0f us, p99 to %.0f us   must 500 / 2000 us, goal 50 / 300 us: %s\n", n, sum, p99,
		sum <= 50 && p99 <= 300 ? "PASS (goal)" : sum <= 500 && p99 <= 2000 ? "PASS (must), goal missed" : "MISS"
	exit !(sum <= 500)
}' "$work/templates"
