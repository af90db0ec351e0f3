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
# What it writes to stderr besides compile errors is how many warnings it suppressed.
if clang-tidy -p build --quiet --warnings-as-errors='*' "$1" 2>"build/tidy/$$.err"; then
	rm -f "build/tidy/$$.err"
	: >"build/tidy/$key"
else
	grep -v ' generated\.$' "build/tidy/$$.err"
	rm -f "build/tidy/$$.err"
	exit 1
fi
