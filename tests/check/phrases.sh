#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Reports translate fixed reasons by their English text (PHRASE_ lines of src/report/data/text.def).
# Each of them is really said by a library below; a sentence that is reworded there must be here too.
code=$(mktemp)
trap 'rm -f "$code"' EXIT
# All string literals, those that go on over lines joined.
git ls-files --cached --others --exclude-standard 'src/advisory/*.[ch]' 'src/scan/*.[ch]' 'src/oci/*.[ch]' 'src/fmt/*.[ch]' 'src/report/import*.[ch]' 'src/posture/*.[ch]' 'src/policy/constraint/object_*.[ch]' 'src/cmd/manifest_*.[ch]' |
	sort -u | xargs cat | tr '\n\t' '  ' | sed 's/" *"//g' >"$code"
awk -v code="$code" '
BEGIN { getline said < code }
/^TEXT\(PHRASE_/ && match($0, /"[^"]*"/) {
	n = split(substr($0, RSTART + 1, RLENGTH - 2), parts, /[{][0-9][}]/)
	missing = ""
	for (i = 1; i <= n; i++)
		if (length(parts[i]) > 2 && !index(said, parts[i]))
			missing = parts[i]
	if (missing != "") {
		print FILENAME ":" FNR ": nothing in src says \"" missing "\""
		failed++
	} else
		passed++
}
END {
	print passed + 0 " passed, " failed + 0 " failed, 0 skipped"
	exit failed > 0
}' src/report/data/*.def
