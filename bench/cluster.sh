#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Time and peak memory of `seawall facts cluster` on a real API server with many pods, against `kubectl get pods -A -o json`.
#   ./dev bench cluster [PODS [ROUNDS]]      default 10000 3
set -eu
cd "$(dirname "$0")/.."
pods=${1-10000} rounds=${2-3}
ninja -C build seawall tests/tool/kube_client >/dev/null
work=$(mktemp -d)
bed=$work/bed
trap 'sh tests/kube/bed.sh stop "$bed"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
unset KUBECONFIG

measured() { # FILE COMMAND...: milliseconds and KiB at the peak, one more line in FILE
	python3 -c '
import os, resource, subprocess, sys, time
begin = time.monotonic()
status = subprocess.call(sys.argv[2:], stdout=open(os.devnull, "w"))
ms = (time.monotonic() - begin) * 1000
open(sys.argv[1], "a").write("%d %d\n" % (ms, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(status)' "$@"
}

median() { # FILE COLUMN
	cut -d ' ' -f "$2" "$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

BED_CONTROLLER=no sh tests/kube/bed.sh start "$bed"
begin=$(date +%s%N)
build/tests/tool/kube_client make "$bed/admin.conf" default "$pods" 16
echo "$pods pods created in $((($(date +%s%N) - begin) / 1000000)) ms"
i=0
while [ $i -lt "$rounds" ]; do
	measured "$work/facts" build/seawall facts cluster -q --kubeconfig "$bed/admin.conf"
	measured "$work/head" build/seawall facts cluster -q --no-objects --kubeconfig "$bed/admin.conf"
	measured "$work/list" build/tests/tool/kube_client list "$bed/admin.conf" pods 500 2>/dev/null
	measured "$work/kubectl" "$bed/bin/kubectl" --kubeconfig "$bed/admin.conf" get pods -A -o json
	i=$((i + 1))
done
build/seawall facts cluster -q --kubeconfig "$bed/admin.conf" -o "$work/facts.json"
read=$(jq '.counts.Pod' "$work/facts.json")
[ "$read" = "$pods" ] || { echo "facts cluster tells $read pods of $pods" >&2 && exit 1; }

t=$(median "$work/kubectl" 1) m=$(median "$work/kubectl" 2)
for what in facts head list kubectl; do
	awk -v what=$what -v ms="$(median "$work/$what" 1)" -v kib="$(median "$work/$what" 2)" -v t="$t" -v m="$m" 'BEGIN {
		printf "%-8s %6d ms (%.2f x kubectl)  %7.1f MiB (%.3f x)\n", what, ms, ms / t, kib / 1024, kib / m }'
done
echo "document: $(wc -c <"$work/facts.json") bytes"
awk -v f="$(median "$work/facts" 2)" 'BEGIN { print "memory of facts cluster, at most 64 MiB: " (f <= 65536 ? "PASS" : "MISS") }'
