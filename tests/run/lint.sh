#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: lint.sh [--quick|--all]: the checks of tests/check, clang-format, clang-tidy. Each counts as
# one. clang-tidy passes over what it found clean before; --all looks at everything again, --quick
# leaves it out.
set -u
cd "$(dirname "$0")/../.."
. tests/run/lib.sh
mode=${1-}
case $mode in
'' | --quick) ;;
--all) rm -rf build/tidy ;;
*) echo "usage: ./dev lint [--all]" >&2 && exit 2 ;;
esac

c_files() { git ls-files --cached --others --exclude-standard "$@" | sort -u; }

for check in tests/check/*.sh; do
	step_as_one "$(basename "$check" .sh)" sh "$check"
done

if command -v clang-format >/dev/null 2>&1; then
	c_files '*.c' '*.h' >"$log.files"
	step clang-format sh -c "xargs clang-format --dry-run -Werror <'$log.files' 2>&1 |
		sed -n 's/: error: .*//p' |
		awk -F: '!seen[\$1]++ { print \$1 \":\" \$2 \": not as clang-format writes it\" }
			END { exit NR > 0 }'"
else
	skip clang-format "not installed (./dev install tools)"
fi

if [ "$mode" = --quick ]; then
	skip clang-tidy "not in the quick run"
else
	mkdir -p build/tidy
	c_files '*.c' >"$log.files"
	step "clang-tidy, $(wc -l <"$log.files") files" \
		xargs -a "$log.files" -n 1 -P "$(nproc)" sh tests/run/tidy.sh
fi
rm -f "$log.files"
total
