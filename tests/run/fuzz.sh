#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: ./dev fuzz NAME [SECONDS] | --all SECONDS | --record   (./dev builds the targets first)
# --all runs FUZZ_JOBS targets at a time (default: one a processor). New inputs that reach new code
# stay in build-fuzz/found/NAME, so a later run goes on from there; only crashes go to
# fuzz/corpus/NAME, to be fixed and kept. Each run is noted in build-fuzz/runs; --record sums the
# notes up in fuzz/RUNS.md.
set -u
cd "$(dirname "$0")/../.." || exit
names=$(sed -n "/^names = /,/^]/s/^  '\\(.*\\)',\$/\\1/p" fuzz/meson.build)
runs=build-fuzz/runs

cpu_seconds() { # from the output of `times`: what the children took
	tail -n 1 "$1" | tr 'ms' '  ' | awk '{ printf "%d", $1 * 60 + $2 + $3 * 60 + $4 }'
}

fuzz_one() { # NAME SECONDS: in a process of its own, so that `times` is this target's
	found=build-fuzz/found/$1 log=build-fuzz/$1.log dict=
	mkdir -p "$found" "fuzz/corpus/$1"
	[ ! -f "fuzz/$1.dict" ] || dict=-dict=fuzz/$1.dict
	timeout -k 10 $(($2 + 120)) "build-fuzz/fuzz/$1" -max_total_time="$2" -timeout=10 $dict \
		-rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="fuzz/corpus/$1/" \
		"$found" "fuzz/corpus/$1" >"$log" 2>&1
	status=$?
	times >"$log.times"
	cpu=$(cpu_seconds "$log.times")
	count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
	edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
	echo "$1 $cpu ${count:-0} ${edges:-0} $status $(git rev-parse --short HEAD)" >>$runs
	if [ $status != 0 ]; then
		tail -n 30 "$log"
		echo "FAIL $1: exit status $status after ${count:-?} runs; log in $log"
		return 1
	fi
	echo "ok   $1: $cpu CPU seconds, ${count:-0} runs, ${edges:-0} edges"
}

record() {
	[ -f $runs ] || { echo "no run to record: ./dev fuzz --all SECONDS" >&2 && exit 2; }
	{
		echo '# Fuzz runs'
		echo
		echo 'Written by `./dev fuzz --record`: libFuzzer with ASan and UBSan, all runs summed up.'
		echo
		echo '| target | CPU minutes | inputs tried | edges reached | last run | at commit |'
		echo '|---|---|---|---|---|---|'
		sort -s -k 1,1 $runs | awk '
		function row() {
			if (name != "")
				printf "| %s | %.1f | %d | %d | %s | %s |\n", name, cpu / 60, tried,
					edges, status ? "crash" : "clean", commit
		}
		$1 != name { row(); name = $1; cpu = tried = edges = 0 }
		{ cpu += $2; tried += $3; if ($4 > edges) edges = $4; status = $5; commit = $6 }
		END { row() }'
	} >fuzz/RUNS.md
	cat fuzz/RUNS.md
}

case ${1-} in
--record) record ;;
--one) fuzz_one "$2" "$3" ;;
--all)
	# xargs ends with 123 if one of them failed.
	echo "$names" | xargs -P "${FUZZ_JOBS:-$(nproc)}" -I '{}' sh "$0" --one '{}' "${2-60}"
	;;
*)
	if ! echo "$names" | grep -qx -- "${1-}"; then
		echo "usage: ./dev fuzz NAME [SECONDS] or ./dev fuzz --all SECONDS, with NAME one of:" >&2
		echo "$names" >&2
		exit 2
	fi
	fuzz_one "$1" "${2-60}"
	;;
esac
