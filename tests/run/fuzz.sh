#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: ./dev fuzz NAME [SECONDS] | --all SECONDS (which builds the targets)
# New inputs that reach new code stay in build-fuzz/found/NAME, so a later run goes on from there;
# only crashes go to fuzz/corpus/NAME, to be fixed and kept.
set -u
cd "$(dirname "$0")/../.."
names=$(sed -n "s/^  '\(.*\)',\$/\1/p" fuzz/meson.build)
seconds=${2-60}
case ${1-} in
--all) ;;
*)
	echo "$names" | grep -qx -- "${1-}" || {
		echo "usage: ./dev fuzz NAME [SECONDS] or ./dev fuzz --all SECONDS, with NAME one of:" >&2
		echo "$names" >&2
		exit 2
	}
	names=$1
	;;
esac
passed=0 failed=0
cpu() { # into build-fuzz/cpu: seconds of processor time that our children have taken so far
	times >build-fuzz/times # in this very shell: a subshell has children of its own
	tail -n 1 build-fuzz/times | tr 'ms' '  ' |
		awk '{ printf "%d", $1 * 60 + $2 + $3 * 60 + $4 }' >build-fuzz/cpu
}
for name in $names; do
	found=build-fuzz/found/$name
	mkdir -p "$found" "fuzz/corpus/$name"
	log=build-fuzz/$name.log
	dict=
	[ ! -f "fuzz/$name.dict" ] || dict=-dict=fuzz/$name.dict
	cpu
	before=$(cat build-fuzz/cpu)
	timeout -k 10 $((seconds + 60)) "build-fuzz/fuzz/$name" -max_total_time="$seconds" -timeout=10 \
		-rss_limit_mb=2048 -print_final_stats=1 $dict -artifact_prefix="fuzz/corpus/$name/" \
		"$found" "fuzz/corpus/$name" >"$log" 2>&1
	status=$?
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	cover=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
	cpu
	minutes=$(awk -v s="$(($(cat build-fuzz/cpu) - before))" 'BEGIN { printf "%.1f", s / 60 }')
	if [ $status = 0 ]; then
		passed=$((passed + 1))
		echo "ok   $name: $minutes CPU minutes, ${runs:-0} runs, ${cover:-0} edges"
	else
		failed=$((failed + 1))
		tail -n 30 "$log"
		echo "FAIL $name: exit status $status after ${runs:-?} runs; log in $log"
	fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
