#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Includes point downwards only; folders on one level do not include each other's headers.
git ls-files --cached --others --exclude-standard 'src/*.c' 'src/*.h' | sort -u | xargs awk '
BEGIN {
	levels = "base/fmt net sandbox/oci kube engine cloud store/advisory policy rules audit/" \
		 "report/scan posture sensor alert/hub/cmd"
	n = split(levels, level, "/")
	for (i = 1; i <= n; i++) {
		m = split(level[i], folder, " ")
		for (j = 1; j <= m; j++)
			rank[folder[j]] = i
	}
}
FNR == 1 {
	files++
	split(FILENAME, part, "/")
	own = part[2]
	main = FILENAME == "src/main.c"
	if (!main && !(own in rank))
		bad(own " is not a folder of the design")
}
match($0, /^#[ \t]*include "[^"]*"/) {
	target = $0
	sub(/^[^"]*"/, "", target)
	sub(/".*/, "", target)
	if (target ~ /^\.\.?\//)
		bad("relative include " target)
	if (target !~ /\//)
		next # generated table or a header beside the file
	sub(/\/.*/, "", target)
	if (main || target == own)
		next
	if (!(target in rank))
		bad("include of unknown folder " target)
	else if (rank[target] >= rank[own])
		bad("includes " target "/, which is not below " own "/")
}
function bad(text) {
	print FILENAME ":" FNR ": " text
	failed++
}
END {
	print files - failed + 0 " passed, " failed + 0 " failed, 0 skipped"
	exit failed > 0
}' || exit 1
