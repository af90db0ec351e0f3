#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every list of the meson.build files is sorted and names nothing twice (but `folders`, which is in
# the order of the levels), and every source file beside one is in it.
git ls-files --cached --others --exclude-standard '*meson.build' | sort -u | xargs awk '
function bad(text) {
	print FILENAME ":" FNR ": " text
	failed++
}
FNR == 1 { files++; list = "" }
/^[a-z_]+ *= *\[$/ { list = $1; last = ""; next }
/^\]/ { list = "" }
list != "" && list != "folders" && match($0, /\047[^\047]*\047/) {
	name = substr($0, RSTART + 1, RLENGTH - 2)
	if (last != "" && name <= last)
		bad("\047" name "\047 after \047" last "\047: the list is not sorted")
	last = name
}
{ # any mention in quotes: the helpers of tests are named outside the lists
	rest = $0
	folder = FILENAME
	sub(/[^\/]*$/, "", folder)
	while (match(rest, /\047[a-z0-9_.\/]+\047/)) {
		name = folder substr(rest, RSTART + 1, RLENGTH - 2)
		rest = substr(rest, RSTART + RLENGTH)
		sub(/\.c$/, "", name)
		while (sub(/[^\/]+\/\.\.\//, "", name))
			;
		listed[name ".c"] = 1
	}
}
END {
	while (("git ls-files --cached --others --exclude-standard \"src/*.c\" \"tests/*.c\" \"fuzz/*.c\"" | getline file) > 0) {
		if (file != "src/main.c" && !(file in listed)) {
			print file ": in no list of a meson.build"
			failed++
		}
	}
	print (files > failed ? files - failed : 0) " passed, " failed + 0 " failed, 0 skipped"
	exit failed > 0
}' || exit 1
