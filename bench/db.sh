#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Building the advisory database from OSV JSON on one core, its size, and the time of a search.
#   ./dev bench db [DIR]     default ../shared/data/advisories
# Every .jsonl.zst of the folder is imported; what counts is the size of the JSON, unpacked.
set -eu
cd "$(dirname "$0")/.."
seawall=$PWD/build/seawall
data=${1-../shared/data/advisories}
[ -d "$data" ] || { echo "bench: no folder $data with advisories" >&2; exit 3; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export XDG_CACHE_HOME="$work/cache"
mkdir "$work/cache"
now_ms() { echo $(($(date +%s%N) / 1000000)); }
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# kev.jsonl has entries of another form: no OSV, not part of this measurement.
for file in "$data"/*.jsonl.zst; do
	case $file in */kev.jsonl.zst) ;; *) echo "$file" ;; esac
done >"$work/files"
bytes=$(while read -r file; do zstd -dcq "$file"; done <"$work/files" | wc -c)
echo "OSV JSON: $(wc -l <"$work/files") files, $((bytes / 1000000)) MB unpacked"

cpu_ms() { # COMMAND...: milliseconds of processor time, user and system
	(
		"$@" >"$work/log" 2>&1 || { tail -n 15 "$work/log" >&2; exit 3; }
		times >"$work/spent" # in a pipe it would tell of another shell
		tail -n 1 "$work/spent"
	) | sed 's/[ms]/ /g' | awk '{ printf "%d\n", ($1 * 60 + $2 + $3 * 60 + $4) * 1000 }'
}

set --
while read -r file; do set -- "$@" "$file"; done <"$work/files"
for run in 1 2 3; do
	begin=$(now_ms)
	cpu_ms taskset -c 0 "$seawall" db import --db "$work/$run.db" "$@" >>"$work/cpu"
	echo $(($(now_ms) - begin)) >>"$work/times"
	[ -s "$work/$run.db" ] || exit 3
	[ "$run" = 3 ] || rm -f "$work/$run.db"
done
# Processor time: what else the machine does is not our speed.
rate=$(awk -v b="$bytes" -v ms="$(median "$work/cpu")" 'BEGIN { printf "%.0f", b / 1e3 / ms }')
result=$(awk -v v="$rate" 'BEGIN { print (v >= 150 ? "PASS (goal)" : v >= 60 ? "PASS (must), goal missed" : "MISS") }')
echo "import on one core: median $(median "$work/times") ms of 3" \
	"(min $(sort -n "$work/times" | head -n 1), max $(sort -n "$work/times" | tail -n 1));" \
	"processor time $(median "$work/cpu") ms"
echo "rate: $rate MB/s   must 60, goal 150: $result"
echo "database: $(($(stat -c %s "$work/3.db") / 1000000)) MB"

for word in CVE-2021-44228 openssl lodash; do
	: >"$work/search"
	for _ in 1 2 3 4 5; do
		begin=$(now_ms)
		"$seawall" db search --db "$work/3.db" "$word" >"$work/out"
		echo $(($(now_ms) - begin)) >>"$work/search"
	done
	echo "search $word: median $(median "$work/search") ms, $(wc -l <"$work/out") lines"
done
[ "$result" != MISS ]
