#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each header compiles alone, without anything included before it, and has #pragma once.
passed=0 failed=0
for header in $(git ls-files --cached --others --exclude-standard 'src/*.h' | sort -u); do
	include=${header#src/}
	if ! grep -q '^#pragma once$' "$header"; then
		echo "$header:1: no #pragma once"
		failed=$((failed + 1))
	elif printf '#include "%s"\n' "$include" |
		gcc -std=gnu17 -D_GNU_SOURCE -Isrc -Ibuild/src -fsyntax-only -Wall -Wextra -Werror -x c -; then
		passed=$((passed + 1))
	else
		echo "$header: does not compile alone"
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
