#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: e2e.sh BINARY [--quick] [NAME...]: runs tests/e2e/NAME.sh (default: all) against a binary.
#
# Tests run E2E_JOBS at a time (default: two a processor, for most of their time they wait), those with the longest
# timeout first; each prints its results when it has ended.
#
# A test is a POSIX sh script that prints "ok NAME", "not ok NAME: why" or "skip NAME: why" for each
# of its cases (tests/e2e/lib.sh helps), "left out WHAT: why" for what it cannot show (not counted). It
# runs in an empty folder of its own ($W), that is removed afterwards, with SEAWALL (the binary) and SOURCE (the tree) set and caches below $W/cache. A line "# e2e: WORD..." near its
# top says what it needs: root, daemon, slow (--quick leaves these out), kubernetes (the API server of ./dev kubernetes;
# a skip without it), alone (it judges all containers of the machine: it sees no process but its own, in a namespace of
# its own, so that those of tests beside it are not among them), timeout=SECONDS (default 120), plain (short runs do not repeat it under sanitizers),
# needs=COMMAND,COMMAND (what ./dev installs: --quick skips the test without them, else it fails).
set -u
SOURCE=$(cd "$(dirname "$0")/../.." && pwd)
SEAWALL=$(readlink -f "$1")
export SOURCE SEAWALL
shift
quick=no
[ "${1-}" != --quick ] || { quick=yes && shift; }

lacks() { # WORDS: why this test cannot run here, or nothing
	for word in $1; do
		case $word in
		timeout=* | plain | alone) ;;
		needs=*)
			for tool in $(echo "${word#needs=}" | tr , ' '); do
				command -v "$tool" >/dev/null || { echo "$tool is not installed" && return; }
			done
			;;
		root) [ "$quick" = no ] || { echo "needs root (--quick)" && return; }
			[ "$(id -u)" = 0 ] || { echo "needs root" && return; } ;;
		kubernetes) [ "$quick" = no ] || { echo "kubernetes (--quick)" && return; }
			sh "$SOURCE/tests/kube/build.sh" --have 2>&1 | grep -v "^/" ;;
		daemon | slow) [ "$quick" = no ] || { echo "$word (--quick)" && return; } ;;
		*) echo "unknown word '$word' in its '# e2e:' line" && return ;;
		esac
	done
}

run_one() { # NAME: results to standard output
	name=$1 out=$all/$1.out
	words=$(sed -n '1,10s/^# e2e: *//p' "$SOURCE/tests/e2e/$name.sh")
	reason=$(lacks "$words")
	if [ -n "$reason" ]; then
		verdict=skip
		case $quick:$reason in no:*'not installed' | *:unknown*) verdict='not ok' ;; esac
		echo "$verdict $name: $reason"
		return
	fi
	limit=$(echo "$words" | tr ' ' '\n' | sed -n 's/^timeout=//p')
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	began=$(date +%s)
	alone=
	case " $words " in *' alone '*) alone='unshare --pid --fork --kill-child --mount-proc' ;; esac
	# The first process of a namespace buries whoever has lost its parent: a shell that waits.
	# shellcheck disable=SC2016,SC2086 # of the shell inside; words or none
	(cd "$work" && W=$work XDG_CACHE_HOME=$work/cache \
		exec $alone sh -c '"$@"; exit $?' sh timeout -k 10 "${limit:-120}" sh "$SOURCE/tests/e2e/$name.sh") \
		>"$out" 2>&1 </dev/null
	status=$?
	times >"$all/$name.times"
	echo "$(($(date +%s) - began)) s $name, of the processors $(tail -n 1 "$all/$name.times")" >"$all/$name.took"
	if [ $status != 0 ] && ! grep -q '^not ok ' "$out"; then
		echo "not ok $name: exit status $status" >>"$out"
	elif ! grep -Eq '^(ok|not ok|skip) ' "$out"; then
		echo "not ok $name: printed no result" >>"$out"
	fi
	if grep -q '^not ok ' "$out"; then
		cat "$out"
	else
		grep -E '^(ok|skip|left out) ' "$out"
	fi | sed "s/^\(ok\|not ok\|skip\|left out\) /\1 $name: /"
}

if [ "${1-}" = --one ]; then
	all=$2
	run_one "$3" >"$all/$3.result"
	flock "$all/turn" cat "$all/$3.result"
	exit
fi

# shellcheck disable=SC2046,SC2012 # a list of names
[ $# != 0 ] || set -- $(cd "$SOURCE/tests/e2e" && ls ./*.sh | sed 's/^\.\///; s/\.sh$//; /^lib$/d')
all=$(mktemp -d)
trap 'rm -rf "$all"' EXIT
trap 'exit 130' INT TERM
option=
[ "$quick" = no ] || option=--quick
# shellcheck disable=SC2086 # one word or none
for name; do
	echo "$(sed -n '1,10s/^# e2e:.*timeout=\([0-9]*\).*/\1/p' "$SOURCE/tests/e2e/$name.sh" | grep . || echo 120) $name"
done | sort -s -k 1,1nr | cut -d ' ' -f 2 | xargs -P "${E2E_JOBS:-$((2 * $(nproc)))}" -I '{}' sh "$0" "$SEAWALL" $option --one "$all" '{}'
for name; do
	cat "$all/$name.result" 2>/dev/null || echo "not ok $name: it did not run"
done >"$all/results"
sed -n 's/^skip /SKIP /p; s/^left out /LEFT OUT /p' "$all/results"
cat "$all"/*.took 2>/dev/null | sort -rn | head -n "${E2E_SLOWEST:-10}" | sed 's/^/took /'
awk '/^ok/ { p++ } /^not ok/ { f++ } /^skip/ { s++ }
END { print p + 0 " passed, " f + 0 " failed, " s + 0 " skipped"; exit f > 0 || p + f + s == 0 }' "$all/results"
