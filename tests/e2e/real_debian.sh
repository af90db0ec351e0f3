# SPDX-License-Identifier: Apache-2.0
# e2e: root daemon timeout=300
# Debian images built from real and made packages, in a real registry with TLS and a password: the
# package list is dpkg's, the findings are those of an independent calculation.
. "$SOURCE/tests/e2e/lib.sh"
. "$SOURCE/tests/fixture/images.sh"

scan() { # ARG...: as JSON, without any cache
	"$SEAWALL" scan --no-cache --format json --list-all-packages "$@" </dev/null
}

osv() { # PACKAGE ID FIXED [CVE...]: a record for Debian 12
	printf '{"schema_version":"1.6.0","id":"%s","modified":"2025-01-01T00:00:00Z","upstream":[%s],"affected":[{"package":{"ecosystem":"Debian:12","name":"%s"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}%s]}]}]}\n' \
		"$2" "$(printf '"%s",' ${4-} | sed 's/,$//; s/^""$//')" "$1" "${3:+,{\"fixed\":\"$3\"\}}"
}

# ---- packages that really exist, as far as the archive is reachable ----
mkdir debs made
(cd debs && apt-get download openssl libssl3 zlib1g libexpat1 libxml2 perl-base tzdata) >apt.log 2>&1 ||
	skip "packages of the archive" "apt-get download failed: $(tail -n 1 apt.log | cut -c 1-100)"
# ---- and old versions of them, which the archive no longer has ----
deb_make made libssl3 '3.0.11-1~deb12u1' openssl
deb_make made libexpat1 2.5.0-1 expat
deb_make made zlib1g '1:1.2.13.dfsg-1' zlib
deb_make made libc-bin 2.36-9+b1 glibc 2.36-9
deb_make made libnever 1.0-1 never-affected

debian_root old 12 bookworm
deb_install old made/*.deb
debian_root new 12 bookworm
[ -z "$(ls debs)" ] || deb_install new debs/*.deb
deb_install new made/libnever*.deb

image_new oci:old
image_add oci:old old
image_new oci:new
image_add oci:new new
# Two layers: the second upgrades one package of the first.
image_new oci:two
image_add oci:two old
cp -a old both
deb_make made libssl3 '3.0.22-1~deb12u1' openssl
deb_install both made/libssl3_3.0.22*.deb
image_add oci:two both

if registry_start; then
	for tag in old new two; do
		registry_push "oci:$tag" "debian/$tag:1" || not_ok "push $tag" "skopeo failed"
	done
else
	not_ok "docker-registry starts" "see server.log"
	exit 0
fi

# ---- advisories: own records, and the real ones where they lie beside the project ----
{
	osv openssl DEBIAN-CVE-2023-5363 '3.0.11-1~deb12u2' CVE-2023-5363
	osv openssl DSA-0001-1 '3.0.13-1~deb12u1' 'CVE-2023-5678 CVE-2023-6129'
	osv expat DEBIAN-CVE-2023-52425 '2.5.0-1+deb12u2' CVE-2023-52425
	osv expat DEBIAN-CVE-2013-0340 '' CVE-2013-0340
	osv zlib DEBIAN-CVE-2023-45853 '1:1.2.13.dfsg-1' CVE-2023-45853
	osv glibc DEBIAN-CVE-2023-4911 '2.36-9+deb12u3' CVE-2023-4911
	osv libc-bin DEBIAN-CVE-2000-0001 '99' CVE-2000-0001
} >own.jsonl
expect "own records import" 0 "$SEAWALL" db import --db own.db own.jsonl
real=$SOURCE/../shared/data/advisories
set --
if [ -f "$real/debian-changelog.jsonl.zst" ]; then
	set -- "$real/debian-changelog.jsonl.zst" "$real/debian-dsa.jsonl.zst"
	expect "real records import" 0 "$SEAWALL" db import --db real.db "$@"
else
	skip "real advisories" "no ../shared/data/advisories beside the project"
fi

compare() { # NAME ROOT DB TARGET-ARG...: packages and findings; OSV files in $osv
	name=$1 root=$2 db=$3
	shift 3
	if ! scan --db "$db" "$@" >"$name.json" 2>"$name.err"; then
		cp "$name.err" err
		not_ok "$name: scan" "failed"
		return
	fi
	deb_list "$root" >"$name.packages"
	python3 "$SOURCE/tests/e2e/report.py" packages <"$name.json" | LC_ALL=C sort >"$name.got"
	same "$name: packages are those of dpkg-query" "$name.got" "$name.packages"
	# shellcheck disable=SC2086 # a list of files
	cut -d ' ' -f 1-4 "$name.packages" | python3 "$SOURCE/tests/e2e/independent.py" Debian:12 source $osv |
		LC_ALL=C sort >"$name.want"
	python3 "$SOURCE/tests/e2e/report.py" findings <"$name.json" | LC_ALL=C sort >"$name.got"
	same "$name: $(wc -l <"$name.want") findings are those of the calculation" "$name.got" "$name.want"
}

for tag in old new; do
	osv=own.jsonl
	compare "$tag-own" $tag own.db "oci:oci:$tag"
	if [ $# != 0 ]; then
		osv="$*"
		compare "$tag-real" $tag real.db "oci:oci:$tag"
	fi
done
osv=own.jsonl
compare two-own both own.db oci:oci:two
has "a made image has findings to compare" old-own.want CVE-2023-5678

# ---- the same image from the registry, from the layout and from a root folder ----
echo 'open sesame' >password
expect "scan from a registry with TLS and password" 0 sh -c '"$SEAWALL" scan --no-cache --format json --db own.db \
	--ca-file "$1" --username reader --password-stdin "docker://$2/debian/old:1" <password >registry.json' - "$ca" "$registry"
"$SEAWALL" scan --no-cache --format json --db own.db oci:oci:old >layout.json
"$SEAWALL" scan --no-cache --format json --db own.db dir:old >dir.json
for form in registry layout dir; do
	python3 "$SOURCE/tests/e2e/report.py" findings <$form.json >$form.list
done
same "registry and layout give the same findings" registry.list layout.list
same "root folder and layout give the same findings" dir.list layout.list
expect "without the password it is told who may not" 3 "$SEAWALL" scan --ca-file "$ca" "docker://$registry/debian/old:1"
expect "without the authority it is not trusted" 3 "$SEAWALL" scan "docker://$registry/debian/old:1"
expect "an image that is not there" 3 sh -c '"$SEAWALL" scan --ca-file "$1" --username reader --password-stdin \
	"docker://$2/debian/none:1" <password' - "$ca" "$registry"
expect "findings above the gate end with 1" 1 "$SEAWALL" scan --no-cache --db own.db --fail-on unknown oci:oci:old

# ---- the layer that introduced a package ----
scan --db own.db oci:oci:two >two.json 2>/dev/null
python3 - two.json >layers.got <<-'END'
	import json, sys
	report = json.load(open(sys.argv[1]))
	for p in sorted(report["packages"], key=lambda p: p["name"]):
	    if p["name"] in ("libssl3", "zlib1g"):
	        print(p["name"], p["layer"]["index"] if isinstance(p.get("layer"), dict) else p.get("layer"))
END
printf 'libssl3 1\nzlib1g 0\n' >layers.want
same "each package belongs to the layer that brought it" layers.got layers.want

# ---- the same input gives the same bytes ----
scan --db own.db oci:oci:old >again.json 2>/dev/null
same "byte for byte the same report" again.json old-own.json
