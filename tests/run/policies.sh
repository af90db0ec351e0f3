#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: policies.sh SEAWALL FOLDER: the tests of the built-in checks, counted as every test run is.
set -u
seawall=$1 policies=$2
set --
for folder in "$policies"/*/; do
	case $folder in
	*/kubernetes/) ;; # templates with suites: tests/e2e/policy_library.sh
	*) set -- "$@" "$folder" ;;
	esac
done
"$seawall" rego test --format json "$@" | awk '
/"name":/ { n++ }
/"(fail|error)":/ { bad++ }
/"skip":/ { skipped++; print "SKIP a test of policies is marked as not written yet" }
{ text = text $0 "\n" }
END {
	if (bad || !n)
		printf "%s", text
	print n - bad - skipped " passed, " bad + !n " failed, " skipped + 0 " skipped"
	exit bad > 0 || !n
}'
