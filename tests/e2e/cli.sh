# SPDX-License-Identifier: Apache-2.0
# The command line as people and scripts meet it: usage errors, help, manual page, completion, where
# output goes, exit codes, several targets; over a small image and database made here.
. "$SOURCE/tests/e2e/lib.sh"
unset LC_ALL LC_MESSAGES NO_COLOR COLUMNS SEAWALL_STATS
export LANG=C

# ---- usage ------------------------------------------------------------------------------------
expect "no command is wrong usage" 2 "$SEAWALL"
has "no command: says what to do" err "'seawall help' lists the commands"
expect "an unknown command is wrong usage" 2 "$SEAWALL" scna x
has "an unknown command: names the nearest" err "seawall: unknown command 'scna'; did you mean 'scan'?"
expect "an unknown option is wrong usage" 2 "$SEAWALL" scan --fromat json x
has "an unknown option: names the nearest" err "seawall: unknown option --fromat; did you mean --format?"
[ "$(wc -l <err)" = 1 ] && ok "an error is one line" || not_ok "an error is one line" "$(wc -l <err) lines"
expect "no target is wrong usage" 2 "$SEAWALL" scan
expect "a scanner that is not there is wrong usage" 2 "$SEAWALL" scan --scanners vuln,colour x
has "a scanner that is not there: names what there is" err "'colour' is not one of: vuln, secret"
expect "--offline refuses registries" 2 "$SEAWALL" scan --offline debian:12
expect "--username needs a password" 2 "$SEAWALL" scan --username joe debian:12
expect "standard input is read once" 2 "$SEAWALL" scan - -
expect "Japanese usage errors" 2 "$SEAWALL" --lang ja scan --fromat json x
has "Japanese usage errors: are in Japanese" err "のことですか"
expect "the version" 0 "$SEAWALL" --version
has "the version: name and number" out "seawall "

# ---- help, manual page, completion --------------------------------------------------------------
"$SEAWALL" completion bash >seawall.bash
commands=$(sed -n "s/^	'') words='\(.*\)--help --version' ;;/\1/p" seawall.bash)
[ -n "$commands" ] || not_ok "commands are listed" "none found in the completion"
for command in $commands; do
	case $command in
	db) commands="$commands db,import db,search db,status db,update" ;;
	rego) commands="$commands rego,check rego,eval rego,fmt rego,test" ;;
	esac
done
for command in $commands; do
	words=$(echo "$command" | tr , ' ')
	for lang in en ja; do
		expect "help of $words ($lang)" 0 "$SEAWALL" $words --help --lang $lang
		grep -q '^    seawall ' out && ok "help of $words ($lang) has an example" ||
			not_ok "help of $words ($lang) has an example" "none"
	done
done
expect "help names the commands" 0 "$SEAWALL" help
has "help names scan" out "  scan "
lacks "help hides the worker" out "worker"
for lang in en ja; do
	expect "manual page ($lang)" 0 "$SEAWALL" man --lang $lang
	bad=$(awk '/^\./ && !/^\.(TH|SH|SS|TP|PP|B|RS|RE|nf|fi)( |$)/ { print NR ": " $0 } /^\047/ { print NR ": " $0 }' out)
	[ -z "$bad" ] && ok "manual page ($lang) has only known macros" ||
		not_ok "manual page ($lang) has only known macros" "$bad"
	has "manual page ($lang) has every option of scan" out '\-\-ignore\-unfixed'
done
"$SEAWALL" scan --help | sed -n 's/^  .*  *--\(no-\)*\([a-z-]*\).*/\2/p; s/^  -., --\([a-z-]*\).*/\1/p' | sort -u >options
[ "$(wc -l <options)" -gt 20 ] && ok "help of scan lists its options" ||
	not_ok "help of scan lists its options" "$(wc -l <options) found"
while read -r option; do
	grep -qE -- "-(no-)?$option\b" "$SOURCE/doc/cli.md" || echo "$option"
done <options >undocumented
[ ! -s undocumented ] && ok "doc/cli.md has every option of scan" ||
	not_ok "doc/cli.md has every option of scan" "$(tr '\n' ' ' <undocumented)"
cat >try.bash <<'EOF'
. ./seawall.bash
complete_words() {
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
	_seawall
	echo "${COMPREPLY[@]}"
}
complete_words seawall sca
complete_words seawall scan --ignore-
complete_words seawall scan --format s
complete_words seawall db st
complete_words seawall db status --f
EOF
expect "bash completion loads" 0 bash try.bash
printf 'scan\n--ignore-unfixed\nsarif spdx\nstatus\n--format\n' >want
cp out got
same "bash completion completes" got want
for shell in zsh fish; do
	expect "completion for $shell" 0 "$SEAWALL" completion $shell
	has "completion for $shell: knows --fail-on" out "fail-on"
done
expect "completion for another shell is wrong usage" 2 "$SEAWALL" completion tcsh

# What each command says of its exit status is about itself.
"$SEAWALL" rego eval --help >rego.help
lacks "rego eval has no --fail-on" rego.help "--fail-on"
has "rego eval: when it ends with 1" rego.help "1  the query is undefined (--fail) or defined (--fail-defined)"
"$SEAWALL" diff --help >diff.help
has "diff: when it ends with 1" diff.help "1  a new finding at or above --fail-on"
"$SEAWALL" sbom --help >sbom.help
lacks "sbom never ends with 1" sbom.help "  1  "

# ---- where output goes --------------------------------------------------------------------------
expect "a full disk is not success" 3 sh -c '"$SEAWALL" man >/dev/full'
has "a full disk: says so" err "No space left on device"
expect "a limit on the size of files is not success" 3 sh -c 'ulimit -f 1; "$SEAWALL" man >long.1'
expect "a closed standard output is not success" 3 sh -c '"$SEAWALL" man >&-'

mkfifo pipe
sh -c ': <pipe' &
reader=$!
exec 4>pipe
wait $reader
expect "a reader that went away is not success" 3 sh -c '"$SEAWALL" man >&4'
has "a reader that went away: says so" err "seawall: standard output: write: Broken pipe"
exec 4>&-

# ---- an image and a database --------------------------------------------------------------------
mkdir -p root/var/lib/dpkg root/etc
printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n' >root/etc/os-release
for package in seawater sandcastle; do
	printf 'Package: %s\nStatus: install ok installed\nArchitecture: all\nVersion: 1.0-1\nMaintainer: A\nDescription: b\n\n' $package
done >root/var/lib/dpkg/status
cat >flaws.jsonl <<'EOF'
{"id":"CVE-2030-0001","modified":"2026-01-01T00:00:00Z","summary":"Water gets in","details":"Long.","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],"affected":[{"package":{"ecosystem":"Debian:12","name":"seawater"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.0-2"}]}]}]}
{"id":"CVE-2030-0002","modified":"2026-01-01T00:00:00Z","summary":"Walls \u001b[31mcrumble","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"}],"affected":[{"package":{"ecosystem":"Debian:12","name":"sandcastle"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}]}
EOF
umoci init --layout img >/dev/null 2>&1 && umoci new --image img:a >/dev/null 2>&1 &&
	umoci insert --image img:a root / >/dev/null 2>&1 || not_ok "an image is made" "umoci failed"
expect "import" 0 "$SEAWALL" db import --db flaws.db --name flaws flaws.jsonl
has "import: counts" out "records: 2"
expect "status" 0 "$SEAWALL" db status --db flaws.db -f json
has "status: names the source" out '"name": "flaws"'
expect "search" 0 "$SEAWALL" db search --db flaws.db seawater
has "search: finds" out "CVE-2030-0001"
expect "a database that is not there" 3 "$SEAWALL" scan --db none.db oci:img:a
has "a database that is not there: says so" err "none.db"

# ---- scan ---------------------------------------------------------------------------------------
scan() { "$SEAWALL" scan --db flaws.db "$@"; }
expect "scan" 0 scan oci:img:a
cp out table
has "scan: finds" out "CVE-2030-0001"
has "scan: says how to repair" out "apt-get install --only-upgrade seawater"
lacks "scan: nothing acts on the terminal" out "$(printf '\033')"
expect "scan again" 0 scan oci:img:a
cp out got
same "the same input gives the same bytes" got table
expect "scan without kept results" 0 scan --no-cache oci:img:a
cp out got
same "kept results change nothing" got table
expect "--fail-on that is met" 1 scan --fail-on high oci:img:a
expect "--fail-on that is not met" 0 scan --fail-on high --severity low,medium oci:img:a
expect "--ignore-unfixed" 0 scan --ignore-unfixed oci:img:a
lacks "--ignore-unfixed: leaves out" out "CVE-2030-0002"
has "--ignore-unfixed: counts" out "not shown because of --ignore-unfixed: 1."
expect "Japanese" 0 scan --lang ja oci:img:a
has "Japanese: speaks it" out "緊急"
expect "into a file" 0 scan -f json -o report.json oci:img:a
[ -s report.json ] && [ ! -s out ] && ok "into a file: and nowhere else" ||
	not_ok "into a file: and nowhere else" "wrong files"
[ "$(stat -c %a report.json)" = "$(printf %o $((0666 & ~0$(umask))))" ] && ok "into a file: with usual rights" ||
	not_ok "into a file: with usual rights" "$(stat -c %a report.json)"
printf old >report.json
expect "a failed scan" 3 scan -f json -o report.json oci:none
[ "$(cat report.json)" = old ] && ok "a failed scan leaves the old file" ||
	not_ok "a failed scan leaves the old file" "changed"
expect "a file in no folder" 3 scan -o no/where.txt oci:img:a
expect "nothing is left behind" 1 sh -c 'ls | grep "report.json\."'
expect "--max-db-age" 3 scan --max-db-age 1d oci:img:a
has "--max-db-age: says so" err "--max-db-age 1d"
expect "several targets, one missing" 3 scan -f json --fail-on low oci:none oci:img:a
has "several targets: the missing one" out '"status": "failed"'
has "several targets: the other one" out "CVE-2030-0001"
has "several targets: the error" err "seawall: "
printf '# comment\nformat = sarif\nseverity = critical\nfail-on = "critical"\n' >seawall.conf
expect "a configuration file" 1 scan --config seawall.conf oci:img:a
has "a configuration file: counts" out '"version": "2.1.0"'
expect "the command line beats it" 1 scan --config seawall.conf -f json oci:img:a
has "the command line beats it: really" out '"schema_version": "1.0"'
printf 'formt = json\n' >seawall.conf
expect "a wrong configuration file" 2 scan --config seawall.conf oci:img:a
has "a wrong configuration file: names the line" err "seawall.conf: line 1: unknown option formt; did you mean --format?"
expect "essentials only" 0 "$SEAWALL" scan oci:img:a
has "essentials only: says so" out "Essentials only"
lacks "essentials only: never free of flaws" out "No known vulnerability"
expect "essentials only, as JSON" 0 "$SEAWALL" scan -f json oci:img:a
has "essentials only, as JSON: says so on standard error too" err "seawall: oci:img:a: Essentials only"
expect "essentials only, quietly" 0 "$SEAWALL" scan -q -f json oci:img:a
[ ! -s err ] && ok "essentials only, quietly: standard error is empty" ||
	not_ok "essentials only, quietly: standard error is empty" "$(head -1 err)"
expect "stats for the benches" 0 env SEAWALL_STATS=1 "$SEAWALL" scan -q oci:img:a
has "stats for the benches: peak memory" err "parent_hwm_kib="
mkdir bare && echo hello >bare/hello
umoci new --image img:empty >/dev/null 2>&1 && umoci insert --image img:empty bare / >/dev/null 2>&1
expect "an image without packages" 0 scan oci:img:empty
has "an image without packages: no statement" out "NOT APPLICABLE"
lacks "an image without packages: never free of flaws" out "No known vulnerability"
expect "--fail-on does not pass what cannot be assessed" 3 scan --fail-on critical oci:img:empty
has "--fail-on: names the target and why" err "seawall: --fail-on: oci:img:empty could not be assessed: "
[ "$(wc -l <err)" = 1 ] && ok "--fail-on: in one line" || not_ok "--fail-on: in one line" "$(wc -l <err) lines"
expect "--fail-on: findings of another target come first" 1 scan --fail-on high oci:img:empty oci:img:a
expect "--fail-on: another target that passes does not help" 3 scan -q --fail-on high --severity low oci:img:a oci:img:empty
has "--fail-on: says so when quiet, too" err "could not be assessed"
mkdir -p partly && cp -r root/. partly && mkdir -p partly/var/lib/rpm && echo junk >partly/var/lib/rpm/rpmdb.sqlite
expect "--fail-on judges the part that was read" 0 scan --fail-on critical --severity low dir:partly
has "--fail-on: says that it is a part" err "dir:partly: Only a part of this target was read"
expect "--fail-on: findings in a part fail" 1 scan --fail-on high dir:partly
expect "--fail-on with essentials only" 0 "$SEAWALL" scan --fail-on critical oci:img:a
has "--fail-on with essentials only: says so" err "oci:img:a: Essentials only"
expect "a target with marks that reorder text" 3 scan "oci:$(printf 'no\342\200\256where')"
lacks "a target with marks that reorder text: they do not act" err "$(printf '\342\200\256')"
has "a target with marks that reorder text: are shown" err 'no\u202ewhere'
mkfifo pipe.db
expect "a database that is a pipe" 3 timeout 20 "$SEAWALL" db status --db pipe.db
has "a database that is a pipe: says so" err "pipe.db: not a file"
echo '[[[' >broken.jsonl
expect "an import of nothing but broken records" 3 "$SEAWALL" db import --db new.db broken.jsonl
has "an import of nothing but broken records: says why" err "broken.jsonl"
mkdir -p deep && cp -r root/. deep && mkdir -p "deep/$(printf 'd/%.0s' $(seq 250))"
expect "a root with folders nested very deep" 0 scan dir:deep
has "a root with folders nested very deep: is read" out "CVE-2030-0001"
has "a root with folders nested very deep: says so" out "d/d/d/d"

# ---- a pipe where a file of exceptions is looked for ----
mkfifo .trivyignore
expect "a pipe of that name does not hold a scan up" 3 timeout 20 "$SEAWALL" scan dir:/nonexistent
has "and it is said" err ".trivyignore is not a file"
rm .trivyignore
