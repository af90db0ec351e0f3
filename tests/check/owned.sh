#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a scope frees at its end (AUTO) holds something before the first return out of it: nothing
# frees what was never set.
cd "$(dirname "$0")/../.." || exit
git ls-files -z --cached --others --exclude-standard 'src/*.c' 'tests/*.c' 'fuzz/*.c' 'bench/*.c' |
	xargs -0 awk '
function mentions(line, name) {
	return line ~ ("(^|[^A-Za-z0-9_])" name "([^A-Za-z0-9_]|$)")
}
FNR == 1 { names = 0; pending = 0 }
/^}/ { split("", open); names = 0; pending = 0; next }
{
	line = $0
	if (pending || line ~ /^[ \t]+AUTO\(/) {
		set = line ~ /=/ || (pending && set)
		pending = line !~ /;/
		if (pending)
			next
		checked++
		if (set)
			next
		sub(/;.*/, "", line)
		sub(/\[[^]]*\]$/, "", line)
		sub(/.*[ *]/, "", line)
		open[line] = FNR
		next
	}
	for (name in open) {
		if (mentions(line, name)) {
			delete open[name]
		} else if (line ~ /(^|[^A-Za-z_])return([^A-Za-z_]|$)/) {
			printf "%s:%d: %s is freed by the return of line %d before it is set: give it a value\n",
				FILENAME, open[name], name, FNR
			delete open[name]
			failed++
		}
	}
}
END {
	printf "%d passed, %d failed, 0 skipped\n", checked - failed, failed
	exit failed > 0
}'
