#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# ./dev run: says what it will do, builds, loads advisories from what is reachable, scans this machine's own root file
# system and prints the result.
set -eu
cd "$(dirname "$0")/.."
data=../shared/data/advisories

cat <<END
seawall run will
  1. install what the build needs
     $(./dev install --plan build)
  2. build build/seawall (about a minute on two cores, 60 MB)
  3. load advisories into $(
	if [ -n "${XDG_CACHE_HOME-}" ]; then
		echo "$XDG_CACHE_HOME/seawall"
	elif [ "$(id -u)" = 0 ]; then
		echo /var/lib/seawall
	else
		echo "$HOME/.cache/seawall"
	fi
): the Debian archive through apt's own sources (up to 100 MB), and
     those public sources that answer within 3 s (several hundred MB where all do)$(
	[ ! -d "$data" ] || printf ';\n     then the files in %s' "$data"
)
  4. scan dir:/ (this machine's root file system, read only) and print what it finds

END

./dev install build
./dev build

# A source that does not answer leaves the old data, or the built-in essentials, in use; the program says which.
loaded=
if build/seawall db update; then loaded=yes; fi
if [ -d "$data" ] && build/seawall db import "$data"; then loaded=yes; fi
[ -n "$loaded" ] || echo "run: no advisory source could be reached; older data or the built-in essentials are used" >&2
[ -z "$loaded" ] || build/seawall db status

exec build/seawall scan dir:/
