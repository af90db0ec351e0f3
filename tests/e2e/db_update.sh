# SPDX-License-Identifier: Apache-2.0
# e2e: timeout=300 needs=dpkg-deb,python3,apt-get,xz
# `seawall db update`: a small Debian archive made here, read from a folder, over HTTP and through
# apt; files of a table over HTTP: changed, unchanged, shrunk, broken, gone.
. "$SOURCE/tests/e2e/lib.sh"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
export LANG=C
arch=$(dpkg --print-architecture)

# ---- the archive: three packages, a release suite and a security suite ---------------------------
deb() { # NAME VERSION SUITE [SOURCE]: a package with $W/changelog, listed in that suite
	rm -rf deb && mkdir -p deb/DEBIAN "deb/usr/share/doc/$1" "mirror/pool"
	printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: x\n' \
		"$1" "$2" >deb/DEBIAN/control
	[ $# -lt 4 ] || echo "Source: $4" >>deb/DEBIAN/control
	gzip -9n <changelog >"deb/usr/share/doc/$1/changelog.Debian.gz"
	file=mirror/pool/$1_$(echo "$2" | tr : _)_all.deb
	dpkg-deb --root-owner-group -b deb "$file" >/dev/null
	folder=mirror/dists/$3/main/binary-$arch
	mkdir -p "$folder"
	{
		cat deb/DEBIAN/control
		echo "Filename: ${file#mirror/}"
		echo "Size: $(wc -c <"$file")"
		echo "SHA256: $(sha256sum <"$file" | cut -d' ' -f1)"
		echo
	} >>"$folder/Packages"
}

release() { # SUITE: its Release file, after all packages
	(
		cd "mirror/dists/$1" || exit
		xz -kf main/binary-"$arch"/Packages
		files=$(find main -type f -printf '%P %s\n' | sort)
		printf 'Origin: Debian\nSuite: %s\nCodename: %s\nComponents: main\nArchitectures: %s\n' \
			"$1" "$1" "$arch"
		printf 'Date: Sat, 21 Nov 2026 10:00:00 UTC\nSHA256:\n'
		echo "$files" | while read -r name size; do
			echo " $(sha256sum <"main/$name" | cut -d' ' -f1) $size main/$name"
		done
	) >"release.$1" && mv "release.$1" "mirror/dists/$1/Release"
}

cat >changelog <<'EOF'
foo (1.0-1+deb12u2) bookworm-security; urgency=high

  * CVE-2024-30002: overflow in the reader
  * CVE-2024-30003: not affected, the code is not built

 -- A <a@example.org>  Mon, 02 Sep 2024 10:00:00 +0000

foo (1.0-1+deb12u1) bookworm; urgency=medium

  * Fix CVE-2023-40001.

 -- A <a@example.org>  Mon, 04 Sep 2023 10:00:00 +0000

foo (1.0-1) unstable; urgency=medium

  * Fix CVE-2022-10001.

 -- A <a@example.org>  Sun, 01 Jan 2023 10:00:00 +0000
EOF
deb foo 1.0-1+deb12u1 bookworm
deb libfoo1 1.0-1+deb12u2 bookworm-security foo
deb quux 2-1 bookworm
printf 'bar (3:7-1+deb12u9) bookworm-security; urgency=low\n\n  * Rebuild.\n\n -- A <a@example.org>  Mon, 02 Sep 2024 10:00:00 +0000\n' >changelog
deb bar 3:7-1+deb12u9 bookworm-security
release bookworm
release bookworm-security

machine() { # FOLDER FOO BAR: a Debian 12 with these versions installed
	mkdir -p "$1/etc" "$1/var/lib/dpkg"
	printf 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12"\n' \
		>"$1/etc/os-release"
	for p in "libfoo1 $2 foo" "bar $3 bar" "quux 2-1 quux"; do
		set -- "$1" $p
		printf 'Package: %s\nStatus: install ok installed\nArchitecture: %s\nVersion: %s\nSource: %s\n\n' \
			"$2" "$arch" "$3" "$4"
	done >"$1/var/lib/dpkg/status"
}
(machine old 1.0-1 3:7-1)
(machine new 1.0-1+deb12u2 3:7-1+deb12u9)

update() { "$SEAWALL" db update --db "$W/a.db" "$@"; }
says() { # NAME TEXT: the answer holds it, however its lines were broken
	tr -s '\n ' ' ' <out >flat
	has "$1" flat "$2"
}

# ---- from a folder -------------------------------------------------------------------------------
expect "an archive in a folder" 0 update -s debian-archive --mirror mirror --root old
says "an archive: what was read" "4 packages read, index of 2026-11-21, 2 updates missing on this machine (3 packages"
says "an archive: no signature is told" "signature of bookworm was not checked"
says "an archive: what it cannot know is told" "without a fix are not"
expect "the machine that lacks updates" 0 "$SEAWALL" scan dir:old --db a.db -f json
cp out old.json
has "a CVE fixed in the security suite" old.json CVE-2024-30002
has "its exact fix" old.json '1.0-1+deb12u2'
has "a CVE fixed in an earlier upload" old.json CVE-2023-40001
has "its exact fix is that upload" old.json '"DEBUPDATE-bookworm-foo-1.0-1+deb12u1"'
lacks "a CVE that is named as not affecting" old.json '"id": "CVE-2024-30003"'
lacks "a CVE fixed before the release" old.json CVE-2022-10001
has "an update that names no CVE" old.json 'DEBUPDATE-bookworm-bar-3:7-1+deb12u9'
expect "the machine that has all updates" 0 "$SEAWALL" scan dir:new --db a.db -f json
lacks "has no finding" out DEBUPDATE
expect "the good case is proved" 0 update -s debian-archive --mirror mirror --root new
says "the good case: 0 updates missing" ", 0 updates missing on this machine"
expect "changelogs are left out when asked" 0 update -s debian-archive --mirror mirror --root old --changelogs-for none
says "no changelogs: none read" "0 changelogs read"
echo quux >names && echo libfoo1 >>names
expect "changelogs of a list of packages" 0 update -s debian-archive --mirror mirror --root old --changelogs-for names
says "list: the one in the security suite" "1 changelogs read"
expect "a release by name, without such a machine" 0 update -s debian-archive --mirror mirror --root / --release 12 --changelogs-for all
says "release by name: all of its security suite" "2 changelogs read"
expect "a release that is not there" 3 update -s debian-archive --mirror mirror --root old --release bullseye
says "no such release: says so" "no package index of bullseye"
expect "an unknown source" 2 update -s nosuch
has "an unknown source: named" err "no source is named 'nosuch'"

# ---- through apt ---------------------------------------------------------------------------------
mkdir -p old/etc/apt/sources.list.d
cat >old/etc/apt/sources.list.d/test.sources <<EOF
Types: deb deb-src
URIs: file://$W/mirror
Suites: bookworm bookworm-backports
 bookworm-proposed-updates
Components: main
Trusted: yes
EOF
echo "deb [trusted=yes] file://$W/mirror bookworm-security main # security" >old/etc/apt/sources.list
echo "deb [trusted=yes] file://$W/elsewhere nosuch main" >>old/etc/apt/sources.list
rm -f a.db
expect "an archive through apt" 0 update -s debian-archive --root old
says "apt: the same packages" "4 packages read, index of 2026-11-21, 2 updates missing"
says "apt: changelogs" "2 changelogs read"
expect "apt: what is found" 0 "$SEAWALL" scan dir:old --db a.db -f json
says "apt: the CVE" CVE-2024-30002
expect "no apt source of Ubuntu" 3 update -s ubuntu-archive --root old --release jammy
says "no apt source: says what helps" "--mirror"

mkdir -p a.db.update-killed/x && : >a.db.update-killed/x/y
expect "after an update that was killed" 0 update -s debian-archive --mirror mirror --root old
[ ! -e a.db.update-killed ] && ok "killed: its folder goes" || not_ok "killed: its folder goes" "still there"

# ---- damage --------------------------------------------------------------------------------------
cp -r mirror broken
printf 'x' >>broken/pool/libfoo1_1.0-1+deb12u2_all.deb
expect "a package that was tampered with" 0 update -s debian-archive --mirror broken --root old
says "tampered: named as not read" "known by their version only"
cp a.db before.db
printf 'Package: evil\nVersion: 1\n\n' >broken/dists/bookworm/main/binary-"$arch"/Packages
xz -kf broken/dists/bookworm/main/binary-"$arch"/Packages
expect "an index that does not have its digest" 3 update -s debian-archive --mirror broken --root old
says "wrong digest: named" "sha256"
same "wrong digest: the old database stays" a.db before.db
expect "a mirror that is not there" 3 update -s debian-archive,kev --mirror "$W/nowhere" --root old
same "no mirror: the old database stays" a.db before.db
[ -z "$(ls -d a.db.update-* 2>/dev/null)" ] && ok "nothing is left behind" || not_ok "nothing is left behind" "$(ls -d a.db.update-*)"

# ---- files over HTTP -----------------------------------------------------------------------------
cat >serve.py <<'EOF'
import functools, http.server, os, sys
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
open("port.new", "w").write(str(server.server_port))
os.rename("port.new", "port")
server.serve_forever()
EOF
records() { # COUNT: an OSV file of so many records
	i=0
	while [ $i -lt "$1" ]; do
		printf '{"id":"TEST-%d","modified":"2026-11-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"p%d"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.0.0"}]}]}]}\n' $i $i
		i=$((i + 1))
	done
}
mkdir -p www/a && records 100 >www/a/osv.jsonl && records 3 >www/a/other.jsonl && cp -r mirror/. www/
server python3 serve.py www
await test -s port || not_ok "the server starts" "no port"
base=http://127.0.0.1:$(cat port)
cat >table.csv <<EOF
name,kind,url,ecosystem,note
one,osv-zip,$base/a/osv.jsonl,npm,test
other,osv-zip,$base/a/other.jsonl,npm,test
EOF
rm -f a.db
expect "files over HTTP" 0 update --table table.csv --root /nowhere
says "HTTP: both updated" "Sources updated: 2, unchanged: 0, failed: 0."
expect "the same again" 0 update --table table.csv --root /nowhere
says "again: not fetched a second time" "Sources updated: 0, unchanged: 2, failed: 0."
sleep 1 # dates of HTTP have whole seconds
records 4 >www/a/other.jsonl && rm www/a/osv.jsonl
expect "one gone, one changed" 0 update --table table.csv --root /nowhere
says "gone: named, its data stays" "one: failed, data of 2026-11-01 stays"
says "gone: the other one is taken" "Sources updated: 1, unchanged: 0, failed: 1."
expect "the source that failed is kept" 0 "$SEAWALL" db search TEST-77 --db a.db
says "kept: its record" TEST-77
sleep 1
records 10 >www/a/osv.jsonl
expect "a source that shrinks" 0 update --table table.csv --root /nowhere
says "shrunk: refused" "10 records instead of 100"
expect "shrunk: the old one stays" 0 "$SEAWALL" db search TEST-77 --db a.db
expect "shrunk, forced" 0 update --table table.csv --root /nowhere --force
says "forced: taken" "Sources updated: 1, unchanged: 1, failed: 0."
sleep 1
echo '<html>come back later</html>' >www/a/osv.jsonl
expect "a page in place of data" 0 update --table table.csv --root /nowhere
says "page: refused" "nothing in it could be read"
expect "an archive over HTTP" 0 update -s debian-archive --mirror "$base" --root old
says "archive over HTTP: the same" "4 packages read, index of 2026-11-21, 2 updates missing"
cp a.db before.db
stop_servers
expect "a server that is gone" 3 update --table table.csv --root /nowhere
says "server gone: says so" "does not answer"
same "server gone: the old database stays" a.db before.db
