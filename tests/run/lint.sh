#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: lint.sh [--quick|--changed|--all]: the checks of tests/check, clang-format, clang-tidy.
# clang-tidy takes a while: it looks at the files that differ from the main branch (on the main
# branch itself: from the commit before), or at all. --quick leaves it out.
set -u
cd "$(dirname "$0")/../.."
. tests/run/lib.sh
mode=${1---changed}

for check in tests/check/*.sh; do
	step "$(basename "$check" .sh)" sh "$check"
done

if command -v clang-format >/dev/null 2>&1; then
	step clang-format sh -c '
		git ls-files --cached --others --exclude-standard "*.c" "*.h" |
			xargs clang-format --dry-run -Werror 2>&1 | sed -n "s/: error: .*//p" |
			awk -F: "!seen[\$1]++ { print \$1 \":\" \$2 \": not as clang-format writes it\" }
				END { exit NR > 0 }"'
else
	skip clang-format "not installed (./dev install tools)"
fi

changed() { # C files that differ from the base, or all where there is no base
	base=$(git merge-base HEAD origin/main 2>/dev/null) || base=
	[ "$base" != "$(git rev-parse HEAD)" ] || base=
	[ -n "$base" ] || base=$(git rev-parse -q --verify HEAD~1) || { git ls-files '*.c'; return; }
	git diff --name-only --diff-filter=d "$base" -- '*.c'
	git ls-files --others --exclude-standard '*.c'
}

files=$(mktemp)
trap 'rm -f "$log" "$files" "$files.err"' EXIT
case $mode in
--all) git ls-files --cached --others --exclude-standard '*.c' ;;
--changed) changed ;;
--quick) ;;
*) echo "usage: lint.sh [--quick|--changed|--all]" >&2 && exit 2 ;;
esac | sort -u >"$files"
if [ "$mode" = --quick ]; then
	skip clang-tidy "not in the quick run"
else
	# The counts of suppressed warnings that it writes to stderr say nothing.
	step "clang-tidy, $(wc -l <"$files") files" sh -c "xargs -r -a '$files' -n 1 -P $(nproc) \
		clang-tidy -p build --quiet --warnings-as-errors='*' 2>'$files.err' ||
		{ grep -v ' generated.$' '$files.err'; exit 1; }"
fi
total
