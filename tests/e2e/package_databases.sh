#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# e2e: root timeout=180
# Package lists equal what dpkg and rpm themselves say: of this machine's own dpkg database, and of
# databases that dpkg and rpm write here.
. "$SOURCE/tests/e2e/lib.sh"
. "$SOURCE/tests/fixture/images.sh"

scan() { # NAME ROOT: its packages to $W/NAME.json
	expect "$1: scan ends well" 0 "$SEAWALL" scan --offline --list-all-packages -f json -o "$W/$1.json" "dir:$2"
}

deb_seen() { # NAME: what the scan says, as deb_list does
	jq -r '.packages[] | select(.kind == "deb") |
		"\(.name) \(.version) \(.source_name) \(.source_version) \(.arch)"' "$W/$1.json" | LC_ALL=C sort
}

rpm_seen() { # NAME: what the scan says, as rpm_list does
	jq -r '.packages[] | select(.kind == "rpm") |
		"\(.name) \(.version) \(.arch) \(.source_name)-\(.source_version).src.rpm"' "$W/$1.json" | LC_ALL=C sort
}

if [ -s /var/lib/dpkg/status ] && command -v dpkg-query >/dev/null; then
	debian_root "$W/own" 12 bookworm
	cp /var/lib/dpkg/status "$W/own/var/lib/dpkg/status"
	cp /var/lib/dpkg/info/*.list "$W/own/var/lib/dpkg/info/"
	scan own "$W/own"
	# dpkg-query also lists packages of which only the configuration is left.
	dpkg-query --admindir="$W/own/var/lib/dpkg" -W \
		-f '${db:Status-Status} ${Package} ${Version} ${source:Package} ${source:Version} ${Architecture}\n' |
		sed -n '/^config-files /d; /^not-installed /d; s/^[a-z-]* //p' | LC_ALL=C sort >"$W/own.want"
	deb_seen own >"$W/own.got"
	same "this machine's packages are those of dpkg-query" "$W/own.got" "$W/own.want"
else
	skip "this machine's packages" "no dpkg database here"
fi

mkdir -p "$W/debs" "$W/deb"
deb_make "$W/debs" plain 1.0-1 plain
deb_make "$W/debs" epoch 2:1.0~rc1-1+b2 epoch-src 2:1.0~rc1-1
deb_make "$W/debs" native 20240203 other-src 1:3-1ubuntu0.2
debian_root "$W/deb" 12 bookworm
deb_install "$W/deb" "$W"/debs/*.deb
scan deb "$W/deb"
deb_seen deb >"$W/deb.got"
deb_list "$W/deb" >"$W/deb.want"
[ "$(wc -l <"$W/deb.want")" = 3 ] && ok "dpkg installed three packages" || not_ok "dpkg installed three packages" "$(cat "$W/dpkg.log")"
same "unpacked packages are those of dpkg-query" "$W/deb.got" "$W/deb.want"

mkdir -p "$W/rpms" "$W/rpm/etc"
rpm_make "$W/rpms" plain - 1.0 1.el9 plain
rpm_make "$W/rpms" zero 0 2.0~rc1 3 zero
rpm_make "$W/rpms" sub-libs 4 5.26.3 422.el9 sub
printf 'NAME="Rocky Linux"\nID=rocky\nVERSION_ID=9.4\n' >"$W/rpm/etc/os-release"
# shellcheck disable=SC2046 # a list of files
rpm_install "$W/rpm" $(find "$W/rpms" -name '*.rpm') 2>"$W/rpm.log"
scan rpm "$W/rpm"
rpm_seen rpm >"$W/rpm.got"
rpm_list "$W/rpm" 2>"$W/rpm.log" >"$W/rpm.want"
[ "$(wc -l <"$W/rpm.want")" = 3 ] && ok "rpm installed three packages" || not_ok "rpm installed three packages" "$(cat "$W/rpm.log")"
same "installed packages are those of rpm -qa" "$W/rpm.got" "$W/rpm.want"

# What is gone for dpkg and rpm is gone for the scan.
dpkg --root="$W/deb" --force-all --log=/dev/null --remove plain >"$W/dpkg.log" 2>&1
rpm --root "$W/rpm" --dbpath /var/lib/rpm -e --nodeps --noscripts zero 2>"$W/rpm.log"
scan deb-less "$W/deb"
scan rpm-less "$W/rpm"
deb_seen deb-less >"$W/deb.got"
rpm_seen rpm-less >"$W/rpm.got"
grep -v '^plain ' "$W/deb.want" >"$W/deb.left"
grep -v '^zero ' "$W/rpm.want" >"$W/rpm.left"
same "a package that dpkg removed is gone" "$W/deb.got" "$W/deb.left"
same "a package that rpm removed is gone" "$W/rpm.got" "$W/rpm.left"
