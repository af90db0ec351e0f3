#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Speed of the search for secrets on one core, by processor time: prose without hits, source code, the programs of this
# machine, and text made of keywords without secrets, which is the worst that a file can do.
#   ./dev bench secret
set -eu
cd "$(dirname "$0")/.."
ninja -C build bench/secret >/dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

repeat() { # BYTES: standard input again and again
	cat >"$work/once"
	while cat "$work/once"; do :; done 2>/dev/null | head -c "$1"
}
repeat 64000000 <doc/architecture.md >"$work/prose"
find src tests fuzz -name '*.[ch]' -exec cat {} + >"$work/all"
repeat 64000000 <"$work/all" >"$work/code"
printf 'password secret token api_key aws_secret_access_key -----BEGIN ://a:b eyJ ' | repeat 4000000 >"$work/keywords"
find -L /usr/bin /usr/lib -xdev -type f -size +64k '(' -path '/usr/bin/*' -o -name '*.so.*' ')' -exec cat {} + 2>/dev/null | head -c 256000000 >"$work/files"
{ head -c 64 build/seawall && cat "$work/files"; } >"$work/programs"
taskset -c 0 build/bench/secret "$work/prose" "$work/code" "$work/programs" "$work/keywords" >"$work/out"
sed "s,^$work/,," "$work/out"
speed=$(sed -n 's,^.*/prose: .* \([0-9]*\) MB/s$,\1,p' "$work/out")
result=$(awk -v v="$speed" 'BEGIN { print (v >= 400 ? "PASS (goal)" : v >= 200 ? "PASS (must), goal missed" : "MISS") }')
echo "prose: $speed MB/s   must 200, goal 400: $result"
[ "$result" != MISS ]
