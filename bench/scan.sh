#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Cold scan of an oci: folder in warm page cache, against the wall times of `igzip -dc >/dev/null` plus `sha256sum` over
# its layers, and the peak memory of a scan (parent and workers added). Ratios of one run, never absolute times.
#   ./dev bench scan [RUNS] [small|large]     default 5 runs, both images
# The images are made once, of this machine's own files below /usr, and kept in ${XDG_CACHE_HOME:-~/.cache}/seawall-bench.
set -eu
cd "$(dirname "$0")/.."
seawall=$PWD/build/seawall
runs=${1-5}
which=${2-small large}
store=${XDG_CACHE_HOME:-$HOME/.cache}/seawall-bench
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$store"
for tool in igzip skopeo umoci; do
	command -v "$tool" >/dev/null || { echo "bench: $tool is missing; ./dev install test brings it" >&2; exit 3; }
done

# ---- images ------------------------------------------------------------------------------------
# A layer is a tar of whole files, gzip as umoci writes it, cut at a number of bytes.
image() { # NAME BYTES-A-LAYER LAYERS: an OCI folder; the first layer has this machine's package database
	dir=$store/$1
	[ ! -f "$dir/index.json" ] || return 0
	echo "bench: making the $1 image in $dir (once)" >&2
	rm -rf "$dir.new"
	umoci init --layout "$dir.new"
	umoci new --image "$dir.new:1"
	tar -cf "$work/layer.tar" /etc/os-release /usr/lib/os-release /var/lib/dpkg/status /var/lib/dpkg/info 2>/dev/null
	umoci raw add-layer --image "$dir.new:1" "$work/layer.tar"
	find /usr/bin /usr/lib /usr/share /usr/libexec -xdev -type f -size +0 -printf '%s\t%p\n' 2>/dev/null |
		sort -t "$(printf '\t')" -k 2 >"$work/all"
	n=0
	while [ "$n" -lt "$3" ]; do
		awk -F '\t' -v from="$(($2 * n))" -v to="$(($2 * (n + 1)))" \
			'{ if (sum >= to) exit; if (sum >= from) print $2; sum += $1 }' "$work/all" >"$work/list"
		[ -s "$work/list" ] || break
		tar --no-recursion -cf "$work/layer.tar" -T "$work/list" 2>/dev/null
		umoci raw add-layer --image "$dir.new:1" "$work/layer.tar"
		n=$((n + 1))
	done
	rm -f "$work/layer.tar"
	mv "$dir.new" "$dir"
}

for name in $which; do
	case $name in
	small) image small 30000000 3 ;; # below 50 MB of layers
	large) image large 450000000 8 ;;
	*) echo "bench: no image '$name': small, large" >&2; exit 2 ;;
	esac
done

# ---- measuring ---------------------------------------------------------------------------------
now_ms() { echo $(($(date +%s%N) / 1000000)); }

blobs() { # IMAGE: its layers
	find "$store/$1/blobs" -type f -size +1k | while read -r blob; do
		if [ "$(head -c 2 "$blob" | od -An -tx1 | tr -d ' ')" = 1f8b ]; then echo "$blob"; fi
	done
}

baseline() { # IMAGE: milliseconds of inflating, then of hashing, every layer
	begin=$(now_ms)
	while read -r blob; do igzip -dc "$blob" >/dev/null; done <"$work/blobs.$1"
	xargs sha256sum <"$work/blobs.$1" >/dev/null
	echo $(($(now_ms) - begin))
}

cold_scan() { # IMAGE: milliseconds; nothing cached; the peak is added to a file
	begin=$(now_ms)
	SEAWALL_STATS=1 "$seawall" scan -q --no-cache -f json -o "$work/report" $database \
		"oci:$store/$1:1" 2>"$work/stats" || { cat "$work/stats" >&2; exit 3; }
	end=$(now_ms)
	sed -n 's/.*parent_hwm_kib=\([0-9]*\).*workers_hwm_kib=\([0-9]*\).*/\1 \2/p' "$work/stats" |
		awk '{ print $1 + $2 }' >>"$work/peak.$1"
	sed -n 's/^cost: //p' "$work/stats" >>"$work/cost.$1"
	echo $((end - begin))
}

# Processor time of each part, all runs together. "reader" is all that a confined reader's main thread did: what is left
# of it without inflating, analyzers and the search for secrets is the walk through the archive and its log. Hashing has a
# thread of its own. "merge" is the parent until the inventory is whole.
parts() { # IMAGE
	awk '
	$1 == "reader" { reader += $2; next }
	$1 ~ /^(inflate|secrets)$/ { inside += $2; part[$1] += $2; next }
	$1 ~ /^(hash|merge|match|report)$/ { part[$1] += $2; next }
	{ inside += $2; analyzers += $2; row[$1] += $2 }
	END {
		part["walk"] = reader > inside ? reader - inside : 0
		part["analyzers"] = analyzers
		for (p in part) total += part[p]
		if (total == 0) exit
		n = split("hash inflate walk analyzers secrets merge match report", order)
		printf "  processor time    "
		for (i = 1; i <= n; i++) printf " %s %.1f %%%s", order[i], 100 * part[order[i]] / total, i < n ? "," : "\n"
		for (r in row) printf "%.2f %s\n", 100 * row[r] / total, r | "sort -rn | head -n 8 | sed \"s/^/    analyzer (%) /\""
	}' "$work/cost.$1"
}

# What configuration checks add where they are asked for: loading them and judging, in a run of its own.
checks() { # IMAGE
	SEAWALL_STATS=1 "$seawall" scan -q --no-cache --scanners vuln,secret,misconfig -f json -o "$work/report" $database \
		"oci:$store/$1:1" 2>"$work/stats" || { cat "$work/stats" >&2; exit 3; }
	awk '$1 == "cost:" && $2 == "misconfig" { ms += $3 }
		END { printf "  misconfiguration   %.1f ms of processor time (only with --scanners misconfig)\n", ms }' "$work/stats"
}

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
least() { sort -n "$1" | head -n 1; }
most() { sort -n "$1" | tail -n 1; }

verdict() { # VALUE MUST GOAL, smaller is better
	awk -v v="$1" -v must="$2" -v goal="$3" 'BEGIN {
		print (v <= goal ? "PASS (goal)" : v <= must ? "PASS (must), goal missed" : "MISS") }'
}

# The database is built once, outside of what is measured: a scan opens it, it does not make it.
"$seawall" db import --db "$work/advisories.db" src/advisory/data/essentials.jsonl \
	>/dev/null 2>"$work/log" || { cat "$work/log" >&2; exit 3; }
database="--db $work/advisories.db"
failed=0

for name in $which; do
	blobs "$name" >"$work/blobs.$name"
	xargs cat <"$work/blobs.$name" >/dev/null # into the page cache
	bytes=$(xargs stat -c %s <"$work/blobs.$name" | awk '{ s += $1 } END { print s }')
	expanded=$(while read -r blob; do igzip -dc "$blob" | wc -c; done <"$work/blobs.$name" | awk '{ s += $1 } END { print s }')
	run=0
	while [ "$run" -lt "$runs" ]; do
		baseline "$name" >>"$work/base.$name"
		cold_scan "$name" >>"$work/scan.$name"
		run=$((run + 1))
	done
	awk -v a="$bytes" -v b="$expanded" -v n="$(wc -l <"$work/blobs.$name")" -v name="$name" 'BEGIN {
		printf "%s: %d layers, %.0f MB stored, %.0f MB expanded\n", name, n, a / 1e6, b / 1e6 }'
	for kind in base scan; do
		label='igzip + sha256sum'
		[ $kind = base ] || label='cold scan'
		printf '  %-18s median %s ms (min %s, max %s, %s runs)\n' "$label" "$(median "$work/$kind.$name")" \
			"$(least "$work/$kind.$name")" "$(most "$work/$kind.$name")" "$runs"
	done
	ratio=$(echo "$(median "$work/scan.$name") $(median "$work/base.$name")" | awk '{ printf "%.2f", $1 / $2 }')
	result=$(verdict "$ratio" 1.5 1.0)
	echo "  time ratio         $ratio   must 1.5, goal 1.0: $result"
	[ "$result" != MISS ] || failed=1
	parts "$name"
	checks "$name"
	if [ -s "$work/peak.$name" ]; then
		peak=$(most "$work/peak.$name" | awk '{ printf "%.1f", $1 / 1024 }')
		result=$(verdict "$peak" 64 48)
		echo "  peak memory        $peak MiB   must 64, goal 48: $result"
		[ "$result" != MISS ] || failed=1
	else
		echo "  peak memory        not measured: the scan printed no statistics" && failed=1
	fi
done
exit $failed
