# SPDX-License-Identifier: Apache-2.0
# e2e: timeout=300 needs=dpkg-deb
# What a distribution ships holds no secrets: real Debian packages, unpacked, give no finding.
. "$SOURCE/tests/e2e/lib.sh"

XDG_CACHE_HOME=$W/cache
export XDG_CACHE_HOME
mkdir debs root
# Settings, scripts, modules and their tests: perl, python, git, openssl, web servers, databases.
packages='adduser apache2 apache2-bin apt base-files base-passwd bash ca-certificates curl debianutils dpkg git git-man gnupg
	libperl5.36 libpython3.11-minimal libpython3.11-stdlib mariadb-common mariadb-server-core nginx-common openssh-server
	openssl passwd perl perl-base perl-modules-5.36 php8.2-cli php8.2-common postfix postgresql-common python3-minimal
	python3-requests python3-urllib3 ruby3.1 systemd vim-common'
# shellcheck disable=SC2086 # words
(cd debs && apt-get download $packages) >apt.log 2>&1 ||
	skip "packages of the archive" "not all: $(tail -n 1 apt.log | cut -c 1-100)"
found=0
for deb in debs/*.deb; do
	[ -f "$deb" ] || continue
	found=$((found + 1))
	dpkg-deb -x "$deb" root || not_ok "$deb" "cannot be unpacked"
done
if [ "$found" = 0 ]; then
	skip "packages of a distribution hold no secrets" "the archive cannot be reached"
	exit 0
fi
expect "$found packages are searched" 0 "$SEAWALL" scan --scanners secret -f json -o report.json dir:root
searched=$(sed -n '/"secret_search"/,/}/s/.*"files": \([0-9]*\).*/\1/p' report.json)
[ "${searched:-0}" -gt "$((found * 2))" ] && ok "text files were searched" || not_ok "text files were searched" "${searched:-none}"
if grep -q '^  "secrets": \[\]' report.json; then
	ok "packages of a distribution hold no secrets"
else
	not_ok "packages of a distribution hold no secrets" \
		"$(sed -n '/^  "secrets": \[/,/^  \]/p' report.json | grep -E '"(kind|path|line)"' | tr -d '\n')"
fi
