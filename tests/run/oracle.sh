#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: oracle.sh PROGRAM DIR: an oracle as `./dev test` counts it. A case that is listed in
# tests/oracle/judged_wrong (the proofs are in tests/oracle/README.md) and fails is a skip with that
# reason; `./dev oracle` shows it as the failure it is.
set -u
set=$(basename "$1")
"$1" "$2" | awk -v set="$set" '
FILENAME != "-" {
	if ($0 !~ /^#/ && index($0, set "\t") == 1)
		wrong[substr($0, length(set) + 2)] = 1
	next
}
/^FAIL / {
	for (name in wrong) {
		if (index($0, "FAIL " name ": ") != 1)
			continue
		print "SKIP judged wrong (tests/oracle/README.md): " name
		known++
		next
	}
}
/^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ {
	print $1 " passed, " ($3 - known) " failed, " ($5 + known) " skipped"
	failed = $3 - known
	ended = 1
	next
}
{ print }
END { exit !ended || failed > 0 }' tests/oracle/judged_wrong -
