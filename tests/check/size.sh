#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A file of src has at most 600 lines; a function 60 lines and four levels of nesting. Relies on the
# layout of clang-format: a function's braces stand in the first column, one tab a level.
git ls-files --cached --others --exclude-standard 'src/*.c' 'src/*.h' | sort -u | xargs awk '
function bad(line, text) {
	print FILENAME ":" line ": " text
	failed++
}
FNR == 1 { files++; open = 0 }
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
