#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: bundle.sh FILE...: the modules as one gzip stream in C numbers (src/policy/bundle.h).
set -eu
[ $# -gt 0 ] || { echo "bundle.sh: no file" >&2 && exit 1; }
for file; do
	[ -s "$file" ] || { echo "bundle.sh: $file: empty or not there" >&2 && exit 1; }
	folder=$(basename "$(dirname "$file")")
	printf '%s/%s %s\n' "$folder" "$(basename "$file")" "$(wc -c <"$file")"
	cat "$file"
done | gzip -9n | od -An -v -tu1 | sed 's/[0-9][0-9]*/&,/g'
