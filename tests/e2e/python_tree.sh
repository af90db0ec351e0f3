# SPDX-License-Identifier: Apache-2.0
# e2e: timeout=300 needs=python3,dpkg-deb
# Python packages of Debian, unpacked into a root without a package database, and eggs of our own:
# what is read is what Python's importlib.metadata lists there.
. "$SOURCE/tests/e2e/lib.sh"

site=root/usr/lib/python3/dist-packages
mkdir -p debs root/etc "$site"
printf 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n' >root/etc/os-release
(cd debs && apt-get download python3-requests python3-urllib3 python3-idna python3-certifi python3-chardet \
	python3-jinja2 python3-markupsafe python3-yaml python3-six python3-setuptools python3-wheel \
	python3-cryptography python3-attr python3-jwt python3-openssl python3-pkg-resources) >apt.log 2>&1 ||
	skip "Python packages of the archive" "apt-get download failed: $(tail -n 1 apt.log | cut -c 1-100)"
for deb in debs/*.deb; do
	[ ! -e "$deb" ] || dpkg-deb -x "$deb" root
done
# Forms that Debian has none of: a wheel with odd names, an egg folder, an .egg-info file.
mkdir -p "$site/Odd_Name-1.0rc1.dist-info" "$site/folder.egg-info"
printf 'Metadata-Version: 2.1\nName: Odd.Name\nVersion: 1.0rc1\nLicense: MIT\n\nText: x\n' \
	>"$site/Odd_Name-1.0rc1.dist-info/METADATA"
printf 'Metadata-Version: 1.1\nName: folder\nVersion: 2.0\n' >"$site/folder.egg-info/PKG-INFO"
printf 'Metadata-Version: 1.1\r\nName: plain\r\nVersion: 3.0.post1\r\n' >"$site/plain-3.0.egg-info"
python3 - "$site" <<'PYTHON' >want
import importlib.metadata, sys
for d in importlib.metadata.distributions(path=[sys.argv[1]]):
    print(d.metadata["Name"], d.version)
PYTHON
sort -u -o want want

list() { # REPORT
	python3 -c '
import json, sys
for p in json.load(open(sys.argv[1]))["packages"]:
    if p["kind"] == "pypi" and p["form"] == "installed": print(p["name"], p["version"])' "$1" | sort -u
}

expect "a root with Python packages is scanned" 0 \
	"$SEAWALL" scan --no-cache --format json --list-all-packages dir:root
cp out report.json
list report.json >got
same "the packages are those of importlib.metadata" got want
has "at least our own are there" want "Odd.Name 1.0rc1"

# An egg archive is read as well as a folder.
mkdir -p egg/EGG-INFO
printf 'Metadata-Version: 1.1\nName: zipped\nVersion: 4.0\n' >egg/EGG-INFO/PKG-INFO
python3 - "$site" <<'PYTHON'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1] + "/zipped-4.0-py3.11.egg", "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("zipped/__init__.py", "")
    z.write("egg/EGG-INFO/PKG-INFO", "EGG-INFO/PKG-INFO")
PYTHON
printf 'not a zip file' >"$site/broken-1-py3.egg"
expect "a broken egg does not end the scan" 0 \
	"$SEAWALL" scan --no-cache --format json --list-all-packages dir:root
cp out report.json
list report.json >got
has "an egg is read" got "zipped 4.0"
has "a broken egg is told" report.json "broken-1-py3.egg"

# A lock file of 200 MB is not read, and said so.
mkdir big
{
	printf '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0","x":"'
	head -c 200000000 /dev/zero | tr '\0' x
	printf '"}}}'
} >big/package-lock.json
printf 'b==1.0\n' >big/requirements.txt
expect "a lock file of 200 MB does not end the scan" 0 \
	"$SEAWALL" scan --no-cache --format json --list-all-packages dir:big
cp out report.json
has "it is told as not examined" report.json '"path": "package-lock.json"'
has "the file beside it is read" report.json '"name": "b"'
