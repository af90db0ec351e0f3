#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: tidy.sh FILE: clang-tidy, unless this very text with these headers was found clean before
# (build/tidy holds one empty file for each).
set -u
key=$({
	cat .clang-tidy "$1"
	clang -std=gnu17 -D_GNU_SOURCE -Isrc -Ibuild/src -Itests/unit -E "$1"
} 2>/dev/null | sha256sum | cut -d ' ' -f 1)
[ ! -e "build/tidy/$key" ] || exit 0
if clang-tidy -p build --quiet --warnings-as-errors='*' "$1" >"build/tidy/$$.out" 2>&1; then
	rm -f "build/tidy/$$.out"
	: >"build/tidy/$key"
else
	# The errors; the way there is shown by clang-tidy -p build FILE.
	grep -E ': error: |^error: ' "build/tidy/$$.out"
	rm -f "build/tidy/$$.out"
	exit 1
fi
