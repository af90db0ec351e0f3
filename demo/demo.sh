#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Three real images in a real registry: scan, explain, repair, compare. `./dev demo` calls this when the program is
# built. Nothing is made up: the packages come from the Debian and npm archives that this machine is set up to use.
# Everything lies in one temporary folder and is gone at the end.
set -eu
cd "$(dirname "$0")/.."
here=$PWD
seawall=${SEAWALL:-$here/build/seawall}
work=$(mktemp -d)
pids= # what runs beside us, to be ended with us
chmod 755 "$work" # apt's download user must be able to enter

finish() {
	for pid in $pids; do kill "$pid" 2>/dev/null || :; done
	for pid in $pids; do wait "$pid" 2>/dev/null || :; done
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

started=$(date +%s)
title() { printf '\n== %s  (%s s)\n' "$1" $(($(date +%s) - started)); }
say() { printf '   %s\n' "$1"; }
give_up() {
	echo "demo: $1" >&2
	[ -z "${2-}" ] || tail -n 15 "$2" >&2
	exit 3
}

# ---- sources -----------------------------------------------------------------------------------
# What apt of this machine uses, one line a suite. `base` has the release alone, `all` the updates too.
sources() {
	release=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
	[ -n "$release" ] || give_up "this machine's release has no code name"
	apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)|$(CREATED_BY) $(ORIGIN) $(CODENAME)' |
		sed -n "s/^\(.*\)|Packages Debian $release.*/deb [signed-by=\/usr\/share\/keyrings\/debian-archive-keyring.gpg] \1/p" |
		grep ' main$' | sort -u >"$work/all.list"
	grep " $release main\$" "$work/all.list" >"$work/base.list" || :
	[ -s "$work/base.list" ] ||
		give_up "apt knows no index of Debian $release; run apt-get update first"
	[ "$(wc -l <"$work/all.list")" -gt "$(wc -l <"$work/base.list")" ] ||
		give_up "apt of this machine has no security suite of Debian $release"
}

# ---- images ------------------------------------------------------------------------------------
release_tree() { # the release as it was published, few packages, no updates
	mmdebstrap --quiet --variant=essential --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
		--include=usr-is-merged,apt,libssl3,libexpat1 \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
		"$release" "$work/old.tar" "$work/base.list" >"$work/old.log" 2>&1
}

upgraded_tree() { # OUT APT-WORD...: the old tree, and apt run in it with all suites
	out=$1
	shift
	mmdebstrap --quiet --variant=custom \
		--setup-hook="tar-in '$work/old.tar' /" \
		--setup-hook="cat '$work/all.list' >\"\$1/etc/apt/sources.list\"" \
		--customize-hook="APT_CONFIG=\"\$MMDEBSTRAP_APT_CONFIG\" apt-get -q -y -o DPkg::Chroot-Directory=\"\$1\" $*" \
		"$release" "$out" "$work/all.list" >"$out.log" 2>&1
}

node_tree() { # an npm project as it might have been written in 2017
	mkdir -p "$work/node/app" && cd "$work/node/app" &&
		printf '%s\n' '{"name":"shop","version":"1.0.0","private":true,"dependencies":{
			"lodash":"4.17.4","minimist":"0.0.8","node-fetch":"2.6.0","ansi-regex":"3.0.0",
			"json5":"0.5.1","qs":"6.5.1","tar":"4.4.1","axios":"0.18.0"}}' >package.json &&
		npm install --ignore-scripts --no-audit --no-fund --loglevel=error >"$work/node.log" 2>&1 &&
		cd "$here" && tar -C "$work/node" -cf "$work/node.tar" .
}

push() { # NAME VERSION: NAME.tar as an OCI image of one layer, into the registry
	skopeo copy -q --dest-tls-verify=false "tarball:$work/$1.tar" \
		"docker://127.0.0.1:$port/demo/${1%%-*}:$2" >"$work/push-$1.log" 2>&1 ||
		give_up "pushing $1 failed" "$work/push-$1.log"
	say "pushed 127.0.0.1:$port/demo/${1%%-*}:$2"
}

registry() {
	cat >"$work/registry.yml" <<END
version: 0.1
log: {level: info, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $work/registry}}
http: {addr: "127.0.0.1:0"}
END
	docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
	registry_pid=$!
	pids="$pids $registry_pid"
	port=
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\).*/\1/p' "$work/registry.log" | head -n 1)
		[ -z "$port" ] || return 0
		kill -0 "$registry_pid" 2>/dev/null || break
		sleep 0.25
	done
	give_up "the registry did not start" "$work/registry.log"
}

# ---- scanning ----------------------------------------------------------------------------------
archive() { # what the security suites of apt's sources repair in the packages of the old image, with the CVEs
	tar -xOf "$work/old.tar" ./var/lib/dpkg/status | sed -n 's/^Package: //p' >"$work/names"
	timeout 60 "$seawall" db update -q --db "$work/advisories.db" --source debian-archive \
		--changelogs-for "$work/names" >"$work/update.log" 2>&1
}

database() { # 0 when archive() got it: and what files beside us say, and the essentials for their texts
	data=$here/../shared/data/advisories
	from=
	[ "$1" != 0 ] || from="the Debian archive"
	set -- --db "$work/advisories.db"
	if [ -d "$data" ] && "$seawall" db import -q "$@" "$data/debian-changelog.jsonl.zst" \
		"$data/epss.csv.zst" "$data/raw/kev.json" >"$work/import.log" 2>&1; then
		from="${from:+$from, }$data"
	fi
	if [ -n "$from" ] && "$seawall" db import -q "$@" src/advisory/data/essentials.jsonl >"$work/import.log" 2>&1; then
		say "advisories: $from, and the texts of the essentials"
		db_words=$*
	else
		say "no advisory source could be reached: this machine's database if it has one, else the built-in essentials;"
		say "what they do not know is not found"
		db_words=
	fi
}

scan() { # NAME OUT: the report as JSON
	# shellcheck disable=SC2086 # words, none of them with a space: $work comes from mktemp
	"$seawall" scan -q --no-cache $db_words -f json -o "$2" "docker://127.0.0.1:$port/demo/$1" 2>"$2.err" ||
		give_up "scanning $1 failed" "$2.err"
}

numbers() { # REPORT: one line
	jq -r '
		.summary as $s
		| "\($s.packages_read) packages read, \($s.findings.total) findings"
		+ ([ ("critical", "high", "medium", "low", "negligible", "unknown") as $level
		     | select($s.findings[$level] > 0) | "\($s.findings[$level]) \($level)" ]
		   | if length > 0 then ": " + join(", ") else "" end)
		+ " (\($s.findings.fixable) with a fix); statement: \($s.statement)"' "$1"
}

worst() { # REPORT: the finding to look at first, as the report gives it
	jq -r '
		def weight: {"critical": 5, "high": 4, "medium": 3, "low": 2, "negligible": 1}[.severity] // 0;
		.findings
		| sort_by([(if .known_exploited then 1 else 0 end), weight, (.epss.score // 0),
			(.cvss | map(.base_score) | max // 0)])
		| last
		| "\(.id) in \(.package) \(.installed)",
		  .title,
		  (if .description == "" then empty else .description end),
		  "severity \(.severity)" + (.cvss | map("; CVSS \(.version) \(.base_score) \(.vector)") | join(""))
		  + (if .epss then "; EPSS \(.epss.score)" else "" end)
		  + (if .known_exploited then "; known to be exploited" else "" end),
		  (.impact // empty), (.remediation // empty), (.upgrade // empty),
		  "found by \(.advisory) (\(.origin // "?")), in layer \(.layer.digest // "?")"' "$1" |
		fold -s -w 105 | sed 's/^/   /'
}

smallest() { # REPORT: per package the lowest version that repairs all its findings with a known repair
	jq -r '.findings[] | select(.patchable and .fixed != "") | "\(.package) \(.fixed)"' "$1" |
		sort -u >"$work/repairs"
	for name in $(cut -d ' ' -f 1 "$work/repairs" | uniq); do
		most=
		# shellcheck disable=SC2013 # versions have no blanks
		for fixed in $(sed -n "s/^$name //p" "$work/repairs"); do
			if [ -z "$most" ] || dpkg --compare-versions "$fixed" gt "$most"; then most=$fixed; fi
		done
		echo "$name $most"
	done
}

# ---- the demonstration -------------------------------------------------------------------------
for tool in mmdebstrap skopeo docker-registry npm jq; do
	command -v "$tool" >/dev/null || give_up "$tool is missing; ./dev install demo brings it"
done
sources
title "Three images from the archives of Debian $release and npm"
node_tree &
node_pid=$!
pids=$node_pid
registry
release_tree || give_up "mmdebstrap failed" "$work/old.log"
say "old: Debian $release as released, without updates"
push old 1 &
push_pid=$!
archive &
archive_pid=$!
pids="$pids $push_pid $archive_pid"
upgraded_tree "$work/clean.tar" dist-upgrade || give_up "apt failed" "$work/clean.tar.log"
say "clean: the same packages with all updates"
wait "$node_pid" || give_up "npm failed" "$work/node.log"
say "node: $(find "$work/node/app/node_modules" -name package.json | wc -l) npm packages of 2017 to 2019, no Debian in it"
wait "$push_pid" || exit 3
push node 1
push clean 1

title "Scan all three"
archive_status=0
wait "$archive_pid" || archive_status=$?
database "$archive_status"
for image in old node clean; do
	scan "$image:1" "$work/$image.json"
	say "$image: $(numbers "$work/$image.json")"
done
title "The worst finding of node"
worst "$work/node.json"
[ "$(jq '.findings | length' "$work/old.json")" -gt 0 ] || {
	say "the release has no pending update that these advisories know; nothing to repair today"
	exit 0
}

title "The worst finding of old"
worst "$work/old.json"

cp "$work/old.json" "$work/before.json"
round=1
now=$work/old.json
while smallest "$now" >"$work/upgrade" && [ -s "$work/upgrade" ] && [ "$round" -le 3 ]; do
	title "The smallest upgrade, round $round"
	sed 's/^\([^ ]*\) \(.*\)/   \1 to \2 or later/' "$work/upgrade"
	names=$(cut -d ' ' -f 1 "$work/upgrade" | tr '\n' ' ')
	round=$((round + 1))
	upgraded_tree "$work/old-$round.tar" install --only-upgrade "$names" ||
		give_up "apt failed" "$work/old-$round.tar.log"
	push "old-$round" "$round"
	now=$work/after$round.json
	scan "old:$round" "$now"
	say "old:$round: $(numbers "$now")"
done

title "What changed"
say "before: $(numbers "$work/before.json")"
say "after:  $(numbers "$now")"
jq -r '.findings[] | "\(.package) \(.id)"' "$work/before.json" | sort -u >"$work/a"
jq -r '.findings[] | "\(.package) \(.id)"' "$now" | sort -u >"$work/b"
comm -23 "$work/a" "$work/b" | awk '
	{ if (!($1 in ids)) order[++n] = $1; ids[$1] = ids[$1] " " $2; count[$1]++ }
	END { for (i = 1; i <= n; i++) printf "gone from %s (%d):%s\n", order[i], count[order[i]], ids[order[i]] }' |
	fold -s -w 105 | sed 's/^/   /'
new=$(comm -13 "$work/a" "$work/b" | wc -l)
say "gone: $(comm -23 "$work/a" "$work/b" | wc -l), new: $new, left: $(comm -12 "$work/a" "$work/b" | wc -l)"
title "Done"
