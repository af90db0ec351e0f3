#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every source file starts with its licence line (after #!).
git ls-files --cached --others --exclude-standard '*.c' '*.h' '*.sh' '*.awk' '*.build' '*.in' dev .ci/run '*.rego' | sort -u |
	while read -r file; do
		[ -f "$file" ] || continue
		if head -n 2 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0'; then
			echo "ok"
		else
			echo "$file:1: no 'SPDX-License-Identifier: Apache-2.0' line"
		fi
	done | awk '$0 == "ok" { p++; next } { print; f++ }
END { print p + 0 " passed, " f + 0 " failed, 0 skipped"; exit f > 0 }'
