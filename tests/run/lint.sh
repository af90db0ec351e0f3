#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: lint.sh [--quick|--all]: the checks of tests/check, shellcheck, clang-format, clang-tidy. Each
# counts as one. clang-tidy looks at files that are not as they were when all were clean, and at those
# that include such a header; --all looks at everything and writes down what is clean now, --quick
# leaves clang-tidy out.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/run/lib.sh
mode=${1-}
case $mode in
'' | --quick | --all) ;;
*) echo "usage: ./dev lint [--all]" >&2 && exit 2 ;;
esac

clean=tests/run/tidy.clean # lines "HASH FILE"

hashes() { # of everything that clang-tidy's answers come from
	c_files '*.c' '*.h' .clang-tidy >"$log.names"
	git hash-object --stdin-paths <"$log.names" | cut -c 1-16 >"$log.ids"
	paste -d ' ' "$log.ids" "$log.names" | sort
}

to_tidy() { # the C files to look at
	hashes >"$log.hashes"
	[ "$mode" != --all ] && [ -f $clean ] || : >"$log.none"
	sort "$([ -e "$log.none" ] && echo "$log.none" || echo $clean)" |
		comm -13 - "$log.hashes" | cut -d ' ' -f 2 >"$log.changed"
	rm -f "$log.none"
	if grep -qx .clang-tidy "$log.changed"; then
		c_files '*.c'
		return
	fi
	{
		grep '\.c$' "$log.changed"
		# A header: who includes it, by its path from src or by its name alone.
		sed -n 's/\.h$/.h/p' "$log.changed" | sed 's~^src/~~; p; s~.*/~~' | sort -u |
			sed 's/.*/#include "&"/' >"$log.includes"
		[ ! -s "$log.includes" ] || c_files '*.c' | xargs grep -lF -f "$log.includes"
	} | sort -u
}

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

if command -v shellcheck >/dev/null 2>&1; then
	{ git ls-files --cached --others --exclude-standard '*.sh' && echo dev; } | sort -u >"$log.files"
	step "shellcheck, $(wc -l <"$log.files") files" \
		xargs -a "$log.files" -n 12 -P "$(nproc)" shellcheck -s sh -S info -x -e SC2015,SC2016,SC2086
else
	skip shellcheck "not installed (./dev install tools)"
fi

if [ "$mode" = --quick ]; then
	skip clang-tidy "not in the quick run"
else
	mkdir -p build/tidy
	to_tidy >"$log.files"
	before=$failed
	step "clang-tidy, $(wc -l <"$log.files") of $(c_files '*.c' | wc -l) files" \
		xargs -r -a "$log.files" -n 1 -P "$(nproc)" sh tests/run/tidy.sh
	[ "$mode" != --all ] || [ "$failed" != "$before" ] || hashes >$clean
fi
rm -f "$log".?*
total
