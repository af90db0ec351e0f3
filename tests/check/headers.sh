#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: headers.sh [--one HEADER]: each header compiles alone, without anything included before it, and has
# #pragma once.
if [ "${1-}" = --one ]; then
	if ! grep -q '^#pragma once$' "$2"; then
		echo "$2:1: no #pragma once"
	elif printf '#include "%s"\n' "${2#src/}" |
		gcc -std=gnu17 -D_GNU_SOURCE -Isrc -Ibuild/src -fsyntax-only -Wall -Wextra -Werror -x c - 2>&1; then
		echo "ok $2"
	else
		echo "$2: does not compile alone"
	fi
	exit 0
fi
results=$(mktemp)
trap 'rm -f "$results"' EXIT
git ls-files --cached --others --exclude-standard 'src/*.h' | sort -u >"$results.names"
trap 'rm -f "$results" "$results.names"' EXIT
xargs -n 1 -P "$(nproc)" sh "$0" --one <"$results.names" >"$results"
grep -v '^ok ' "$results"
passed=$(grep -c '^ok ' "$results")
failed=$(($(wc -l <"$results.names") - passed))
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
