# SPDX-License-Identifier: Apache-2.0
# e2e: slow timeout=900 needs=python3
# Files as nobody wants them: of every lock file, manifest and package database that is read, a small
# valid one, then the same with other line ends, byte order mark, as UTF-16, cut off at six places, with
# 100,000 levels, noise or NUL bytes in it, and of 200 MB; archives with broken directories, nested
# archives and bombs. Each gives packages or is named under not_examined, a good file beside it is
# found, and the scan ends well.
. "$SOURCE/tests/e2e/lib.sh"
odd() { python3 "$SOURCE/tests/e2e/odd_files.py" "$@"; }
scan() { # REPORT FOLDER
	"$SEAWALL" scan --scanners vuln --list-all-packages -f json -o "$1" "dir:$2"
}

for variant in $(odd variants); do
	rm -rf tree && mkdir tree && odd make "$variant" "$W/tree"
	for root in project system; do
		expect "$variant files of a $root do not end a scan" 0 scan "$variant.$root.json" "$W/tree/$root"
		expect "$variant files of a $root are read or named" 0 \
			odd judge "$variant" "$variant.$root.json" "plain.$root.json"
	done
done

# Every row of the table has its file in the list (apart from programs, packed lists, databases in binary and files
# that give documents or licences, not packages; and pypi-named, which is nothing unless another file
# names it: requirements.sh).
odd names | cut -d' ' -f1 | sort -u >rows.tested
(cd "$SOURCE/src/scan/analyzer" && sed -n 's/^\t\.name = "\(.*\)",$/\1/p' ./*.c) | sort -u |
	grep -vxE 'accounts|chisel|dockerfile|licence-.*|dpkg-(copyright|files|journal)|go-binary|rust-binary|program-text|homebrew-cask|java-archive|nix|nix-store|npm-package-deps|os-release|package-sources|pacman-files|pypi-egg|pypi-named|rpmdb|rpmdb-journal' >rows.known
same "every row for text has a file in this test" rows.tested rows.known

odd archives "$W/archives"
expect "broken archives do not end a scan" 0 scan archives.json "$W/archives"
expect "broken archives are read or named" 0 odd judge-archives archives.json "$W/archives"

# ---- a file that ends the reader: here by a limit on memory below what the file needs ----
starved() { # TARGET
	# shellcheck disable=SC3045 # Debian's sh has it
	ulimit -d 60000
	"$SEAWALL" scan --scanners vuln --list-all-packages -f json -o starved.json "$1"
}
if sanitized; then
	skip "a reader that is ended" "the reader under sanitizers has no limit on memory to hold"
else
	mkdir -p starve/a starve/control starve/z
	odd huge pypi-pdm-lock 15700000 starve/a/pdm.lock
	printf '{"lockfileVersion":3,"packages":{"":{},"node_modules/control":{"version":"1.0.0"}}}\n' |
		tee starve/control/package-lock.json >starve/z/package-lock.json
	tar -C starve -cf layer.tar .
	python3 "$SOURCE/tests/e2e/odd_files.py" layout layer.tar starved
	for target in "dir:$W/starve" oci:starved; do
		expect "${target%%:*}: a file that ends the reader does not end the scan" 0 starved "$target"
		has "${target%%:*}: it is named" starved.json "the reader was ended by a limit"
		has "${target%%:*}: what was read before it is there" starved.json '"control/package-lock.json"'
		has "${target%%:*}: what comes after it is there" starved.json '"z/package-lock.json"'
	done
fi

# ---- 200 MB of each, and as much as is read of each; files are made one at a time ----
huge() { # ROW PATH BYTES
	rm -rf huge && mkdir -p "huge/$(dirname "$2")" huge/control
	odd huge "$1" "$3" "huge/$2"
	printf '{"lockfileVersion":3,"packages":{"":{},"node_modules/control":{"version":"1.0.0"}}}\n' \
		>huge/control/package-lock.json
	case $2 in
	var/* | lib/* | usr/lib/opkg/*)
		mkdir -p huge/etc && printf 'ID=debian\nVERSION_ID="12"\n' >huge/etc/os-release
		;;
	esac
	scan huge.json "$W/huge" || return
	python3 - "$2" huge.json <<'PYTHON'
import json, sys
path, report = sys.argv[1:]
data = json.load(open(report))
names = {p["name"] for p in data["packages"]}
read = [p for p in data["packages"] if p["path"] == path]
told = [n["reason"] for n in data["not_examined"] if n.get("path") == path]
print(len(read), told)
sys.exit(0 if "control" in names and (read or told) else 1)
PYTHON
}
# shellcheck disable=SC2046 # three words each
set -- $(odd names)
if sanitized; then
	skip "files of 200 MB" "the reader under sanitizers has no limit on memory to hold"
	set --
fi
left_out=0
while [ $# -ge 3 ]; do
	case ${SEAWALL_TEST_ALL-}:$1 in
	:apk | :dotnet-deps | :dpkg | :go-mod | :java-pom | :npm-lock | :npm-yarn-lock | :php-lock | :pypi-poetry-lock | \
		:pypi-requirements | :ruby-lock | :rust-lock | :wordpress | ?*:*) ;;
	*)
		left_out=$((left_out + 1))
		shift 3
		continue
		;;
	esac
	expect "a $1 of 200 MB is read or named" 0 huge "$1" "$2" 209715200
	expect "a $1 of $3 bytes is read or named" 0 huge "$1" "$2" "$3"
	shift 3
done
[ "$left_out" = 0 ] || skip "files of 200 MB of $left_out more kinds" "./dev test --all has them"
