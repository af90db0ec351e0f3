# SPDX-License-Identifier: Apache-2.0
# e2e: root timeout=300
# AlmaLinux and Alpine images with package databases written by rpm itself and in apk's own form:
# the lists are theirs, the findings those of an independent calculation.
. "$SOURCE/tests/e2e/lib.sh"
. "$SOURCE/tests/fixture/images.sh"

osv() { # ECOSYSTEM PACKAGE ID FIXED CVE
	printf '{"schema_version":"1.6.0","id":"%s","modified":"2025-01-01T00:00:00Z","related":["%s"],"aliases":[%s],"affected":[{"package":{"ecosystem":"%s","name":"%s"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"%s"}]}]}]}\n' \
		"$3" "$5" "$(case $3 in ALSA*) ;; *) printf '"%s"' "$5" ;; esac)" "$1" "$2" "$4"
}

# ---- rpm ----
mkdir rpms
rpm_make rpms openssl-libs 1 3.0.7 24.el9 openssl
rpm_make rpms expat - 2.5.0 1.el9 expat
rpm_make rpms zero 0 1.0 1.el9 zero
rpm_make rpms tilde - '2.0~rc1' 3.el9 tilde
rpm_make rpms gpg-pubkey - 1 1 gpg-pubkey
rpm_install alma rpms/x86_64/*.rpm 2>rpm.err || not_ok "rpm installs" "$(tail -n 1 rpm.err)"
mkdir -p alma/etc alma/usr/lib
printf 'NAME="AlmaLinux"\nVERSION="9.4"\nID="almalinux"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"\n' >alma/etc/os-release
image_new oci:alma
image_add oci:alma alma

# ---- apk ----
mkdir -p alpine/lib/apk/db alpine/etc
printf 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.3\n' >alpine/etc/os-release
apk() { # NAME VERSION ORIGIN
	printf 'C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:%s\nV:%s\nA:x86_64\nS:1\nI:1\nT:fixture\nU:https://example.org/\nL:MIT\no:%s\nm:Test <test@example.org>\nF:usr/lib\nR:%s.so\n\n' "$1" "$2" "$3" "$1"
}
{
	apk libssl3 3.3.0-r2 openssl
	apk libcrypto3 3.3.0-r2 openssl
	apk busybox 1.36.1-r28 busybox
	apk ssl_client 1.36.1-r29 busybox
	apk musl 1.2.5-r0 musl
} >alpine/lib/apk/db/installed
image_new oci:alpine
image_add oci:alpine alpine

{
	osv AlmaLinux:9 openssl-libs ALSA-2024:0001 '1:3.0.7-25.el9' CVE-2024-10001
	osv AlmaLinux:9 openssl-libs ALSA-2024:0002 '3.0.8-1.el9' CVE-2024-10002
	osv AlmaLinux:9 openssl ALSA-2024:0003 '1:9-1' CVE-2024-10003
	osv AlmaLinux:9 zero ALSA-2024:0004 '1.0-2.el9' CVE-2024-10004
	osv AlmaLinux:9 tilde ALSA-2024:0005 '2.0-1.el9' CVE-2024-10005
	osv AlmaLinux:9 expat ALBA-2024:0006 '3.0-1.el9' CVE-2024-10006
	osv AlmaLinux:8 expat ALSA-2024:0007 '3.0-1.el9' CVE-2024-10007
	osv Alpine:v3.20 openssl ALPINE-CVE-2024-20001 3.3.1-r1 CVE-2024-20001
	osv Alpine:v3.20 libssl3 ALPINE-CVE-2024-20002 9-r0 CVE-2024-20002
	osv Alpine:v3.20 busybox ALPINE-CVE-2024-20003 1.36.1-r29 CVE-2024-20003
	osv Alpine:v3.19 musl ALPINE-CVE-2024-20004 9-r0 CVE-2024-20004
} >own.jsonl
expect "own records import" 0 "$SEAWALL" db import --db own.db own.jsonl
real=$SOURCE/../shared/data/advisories
files=
if [ -f "$real/almalinux.jsonl.zst" ]; then
	files="$real/almalinux.jsonl.zst $real/alpine.jsonl.zst"
	# shellcheck disable=SC2086 # a list of files
	expect "real records import" 0 "$SEAWALL" db import --db real.db $files
else
	skip "real advisories" "no ../shared/data/advisories beside the project"
fi

compare() { # NAME ECOSYSTEM NAMES DB TARGET OSV...: want-lists are in $list (name version source source-version)
	name=$1 ecosystem=$2 names=$3 db=$4 target=$5
	shift 5
	if ! "$SEAWALL" scan --no-cache --format json --list-all-packages --db "$db" "$target" >"$name.json" 2>err; then
		not_ok "$name: scan" "failed"
		return
	fi
	python3 "$SOURCE/tests/e2e/independent.py" "$ecosystem" "$names" "$@" <"$list" | LC_ALL=C sort >"$name.want"
	python3 "$SOURCE/tests/e2e/report.py" findings <"$name.json" | LC_ALL=C sort >"$name.got"
	same "$name: $(wc -l <"$name.want") findings are those of the calculation" "$name.got" "$name.want"
}

rpm_list alma | grep -v '^gpg-pubkey ' >alma.rpm
awk '{ print $1, $2, $4, $3 }' alma.rpm | sed 's/\.src\.rpm / /' >alma.want
awk '{ print $1, $2, $1, $2 }' alma.rpm >alma.list
list=alma.list
compare alma-own AlmaLinux:9 binary own.db oci:oci:alma own.jsonl
has "alma has findings to compare" alma-own.want CVE-2024-10001
python3 "$SOURCE/tests/e2e/report.py" packages <alma-own.json | awk '{ print $1, $2, $5 }' | LC_ALL=C sort >alma.got
awk '{ print $1, $2, $3 }' alma.rpm | LC_ALL=C sort >alma.want
same "packages are those of rpm -qa" alma.got alma.want
python3 "$SOURCE/tests/e2e/report.py" packages <alma-own.json | awk '{ print $1, $3 }' | LC_ALL=C sort >alma.got
awk '{ n = $4; sub(/-[^-]*-[^-]*\.src\.rpm$/, "", n); print $1, n }' alma.rpm | LC_ALL=C sort >alma.want
same "source packages are those of rpm -qa" alma.got alma.want

awk '/^P:/ { p = substr($0, 3) } /^V:/ { v = substr($0, 3) } /^o:/ { print p, v, substr($0, 3), v }' \
	alpine/lib/apk/db/installed >alpine.list
list=alpine.list
compare alpine-own Alpine:v3.20 source own.db oci:oci:alpine own.jsonl
has "alpine has findings to compare" alpine-own.want CVE-2024-20003
python3 "$SOURCE/tests/e2e/report.py" packages <alpine-own.json | cut -d ' ' -f 1-4 | LC_ALL=C sort >alpine.got
LC_ALL=C sort alpine.list >alpine.want
same "packages are those of the database" alpine.got alpine.want

if [ -n "$files" ]; then
	list=alma.list
	# shellcheck disable=SC2086 # a list of files
	compare alma-real AlmaLinux:9 binary real.db oci:oci:alma ${files% *}
	list=alpine.list
	compare alpine-real Alpine:v3.20 source real.db oci:oci:alpine "${files#* }"
fi
