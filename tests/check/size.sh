#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A file of src has at most 600 lines; a function 60 lines and four levels of nesting. Relies on the
# layout of clang-format: a function's braces stand in the first column, one tab a level. Of comments, which it leaves
# as they are: a line has at most 100 columns, and a blank behind its star.
git ls-files --cached --others --exclude-standard 'src/*.c' 'src/*.h' | sort -u | xargs awk '
function bad(line, text) {
	print FILENAME ":" line ": " text
	failed++
}
function columns(line,    n, i) {
	for (i = 1; i <= length(line); i++)
		n = substr(line, i, 1) == "\t" ? n - n % 8 + 8 : n + 1
	return n
}
FNR == 1 { files++; open = 0 }
/^ \*[^ \t\/]/ { bad(FNR, "no blank behind the star of a comment") }
/^ \*/ && length($0) > 40 && !/[^ -~\t]/ && columns($0) > 100 { bad(FNR, "a comment of more than 100 columns") }
FNR == 601 { bad(FNR, "more than 600 lines") }
/^{/ { open = FNR; next }
/^}/ {
	if (open && FNR - open - 1 > 60)
		bad(open, "a function of " FNR - open - 1 " lines (60 at most)")
	open = 0
}
open && match($0, /^\t+(} else if|} else|if|for|while|do|switch|else)( |$)/) {
	match($0, /^\t+/)
	if (RLENGTH > 4)
		bad(FNR, "nested " RLENGTH " levels deep (4 at most)")
}
END {
	print (files > failed ? files - failed : 0) " passed, " failed + 0 " failed, 0 skipped"
	exit failed > 0
}' || exit 1
