# SPDX-License-Identifier: Apache-2.0
# Sourced by the scripts beside it. A step is a command whose output ends with
# "N passed, N failed, N skipped"; one without such a line counts as one test. Totals add up.
passed=0 failed=0 skipped=0
nl='
'
failures= # the first line of each, which total says again
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM

count_line='^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$'

skip() { # NAME REASON
	skipped=$((skipped + 1))
	echo "SKIP $1: $2"
}

step_as_one() { # as step, but however many things the command counted, it is one test
	as_one=yes
	step "$@"
	as_one=
}

step() { # NAME COMMAND...
	name=$1
	shift
	start=$(date +%s)
	status=0
	"$@" >"$log" 2>&1 </dev/null || status=$?
	seconds=$(($(date +%s) - start))
	counts=$(tail -n 1 "$log" | grep -E "$count_line" | tr -cd '0-9 ') || counts=
	if [ -n "$counts" ]; then
		# shellcheck disable=SC2086 # three numbers
		set -- $counts
		# A step that ends badly although nothing was counted as failed has failed.
		[ "$status" = 0 ] || [ "$2" != 0 ] || set -- "$1" 1 "$3"
		# So has one that looked at nothing.
		[ "$1 $2 $3" != "0 0 0" ] || set -- 0 1 0
	elif [ "$status" = 0 ]; then
		set -- 1 0 0
	else
		set -- 0 1 0
	fi
	detail="$1 passed"
	if [ -n "${as_one-}" ]; then
		if [ "$2" = 0 ]; then set -- 1 0 "$3"; else set -- 0 1 "$3"; fi
	fi
	passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
	sed -n "s~^\(SKIP\|LEFT OUT\) ~\1 $name: ~p" "$log"
	if [ "$2" = 0 ]; then
		echo "ok   $name: $detail, $3 skipped ($seconds s)"
	else
		# What failed stands right behind the verdict, so that a part of a long output that shows the one shows the
		# other; then what it said, and the end of everything.
		said=$({ grep -E '^ *(not ok|FAIL) ' "$log" || tail -n 1 "$log"; } | sed -n "1,40s~^ *~FAILED $name: ~p")
		echo "FAIL $name: $1 passed, $2 failed, $3 skipped ($seconds s)"
		echo "$said"
		grep -nE -A 12 '^(not ok|FAIL) ' "$log" | head -n 200 | sed 's/^/    /'
		echo "    ..."
		sed 's/^/    /' "$log" | tail -n 60
		failures=$failures$said$nl
	fi
}

total() { # what failed, the last line, and the exit status
	printf '%s' "$failures"
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
