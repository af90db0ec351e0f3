#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: meson.sh BUILD: runs the tests of a build folder and counts their cases, not the programs.
set -u
meson test -C "$1" --no-rebuild --quiet >"$1/meson-logs/output.txt" 2>&1
status=$?
awk -v status=$status '
/^=+ [0-9]+\/[0-9]+ =+$/ { finish() ; open = 1; name = ""; result = ""; counted = 0; n = 0; bad = 0; next }
open && /^test: / && name == "" { name = $4; sub(/^.*:/, "", $2); name = $2 "/" name; next }
open && /^result: / && result == "" { result = $0; sub(/^result: */, "", result); next }
open && /^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ {
	counted = 1; bad = $3 + 0; n = $1 + $3 + $5
	passed += $1; failed += $3; skipped += $5
	next
}
/^Summary of Failures:/ { exit }
open && !/^(start time|duration|command): / && !/^[-=]+( stdout | stderr |$)/ { text[++lines] = $0 }
function finish(   i) {
	if (!open)
		return
	if ((result != "exit status 0" && bad == 0) || !counted || n == 0) {
		failed++
		bad = 1
		print "FAIL " name ": " result (counted ? "" : ", no count of its tests")
	}
	for (i = 1; i <= lines; i++) {
		if (text[i] ~ /^SKIP /)
			print "SKIP " name ": " substr(text[i], 6)
		else if (bad && text[i] != "")
			print name ": " text[i]
	}
	lines = 0
	open = 0
}
END {
	finish()
	if (status != 0 && failed == 0) {
		failed++
		print "FAIL meson test: exit status " status
	}
	print passed + 0 " passed, " failed + 0 " failed, " skipped + 0 " skipped"
	exit failed > 0
}' "$1/meson-logs/testlog.txt"
