#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Nothing that says "not finished" is in the tree (a known gap is an issue or a clear message), and
# no text that reads otherwise than it compiles (bidirectional controls).
LC_ALL=C
export LC_ALL
names=$(mktemp) bad=$(mktemp)
trap 'rm -f "$names" "$bad"' EXIT
git ls-files --cached --others --exclude-standard '*.c' '*.h' '*.sh' '*.md' '*.build' '*.in' dev | sort -u >"$names"
xargs -d '\n' grep -nHP '\xe2(\x80[\xaa-\xae]|\x81[\xa6-\xa9])|\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b' <"$names" >"$bad"
cat "$bad"
failed=$(cut -d : -f 1 "$bad" | sort -u | wc -l)
echo "$(($(wc -l <"$names") - failed)) passed, $failed failed, 0 skipped"
[ "$failed" = 0 ] && [ -s "$names" ]
