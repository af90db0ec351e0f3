# SPDX-License-Identifier: Apache-2.0
# e2e: timeout=200 needs=umoci,python3,jq
# Licences: of packages of a Debian root as their copyright files tell them, of files of an image and of a folder, with
# allow and deny lists, exceptions and development dependencies.
. "$SOURCE/tests/e2e/lib.sh"

XDG_CACHE_HOME=$W/cache TMPDIR=$W/tmp
export XDG_CACHE_HOME TMPDIR
mkdir -p tmp
scan() { "$SEAWALL" scan --scanners license "$@" </dev/null; }
field() { jq -r "$2" "$1"; }

# ---- this Debian's own packages ----
mkdir -p root/var/lib/dpkg root/etc root/usr/share/doc
cp /etc/os-release root/etc/
for package in base-files bash coreutils dash dpkg findutils grep gzip libacl1 libc6 libgcc-s1 gcc-12-base libselinux1 \
	perl-base sed tar util-linux zlib1g; do
	dpkg-query -s "$package" >record 2>/dev/null || continue
	{
		cat record
		echo
	} >>root/var/lib/dpkg/status
	cp -P "/usr/share/doc/$package" root/usr/share/doc/ 2>/dev/null && continue # a link
	mkdir -p "root/usr/share/doc/$package"
	cp "/usr/share/doc/$package/copyright" "root/usr/share/doc/$package/"
done
expect "Debian: scanned" 0 scan --format json --list-all-packages dir:root
cp out debian.json
cat >facts.py <<'END'
import json, os, re, sys

# What the machine-readable copyright files name (DEP 5), in our reading of a field: its first line.
report = json.load(open("debian.json"))
packages = {p["name"]: p for p in report["packages"]}
items = {}
for item in report["licenses"]:
    items.setdefault(item.get("package"), []).append(item)
bad, machine = [], 0
for name, package in packages.items():
    if not items.get(name):
        bad.append(name + ": no licence item")
    path = "root/usr/share/doc/%s/copyright" % name
    if os.path.islink(os.path.dirname(path)) or not os.path.exists(path):
        continue
    text = open(path, encoding="utf-8", errors="replace").read()
    if re.match(r"\s*Format(-Specification)?:", text):
        machine += 1
        named = {m.strip() for m in re.findall(r"(?mi)^License:[ \t]*(\S.*)$", text)}
        for licence in named:
            if licence not in package.get("licence", ""):
                bad.append("%s: %s is missing" % (name, licence))
    elif "common-licenses/GPL" in text or "common-licenses/LGPL" in text:
        if not any(i["category"] == "restricted" for i in items[name]):
            bad.append(name + ": refers to the GPL, " + str([i["license"] for i in items[name]]))
if len(packages) < 10 or machine < 3:
    bad.append("only %d packages, %d machine-readable" % (len(packages), machine))
print("\n".join(bad))
sys.exit(bool(bad))
END
expect "Debian: what the copyright files say" 0 python3 facts.py
field debian.json '[.licenses[] | select(.package == "libgcc-s1") | .license] | length > 0 and . != ["unknown"]' >got
echo true >want
field debian.json '[.licenses[] | select(.package == "libgcc-s1" and .license == "unknown")] == []' >got
same "Debian: a linked folder of documents is that of the source" got want
field debian.json '[.licenses[] | select(.package == "zlib1g") | .license] == ["Zlib"]' >got
same "Debian: a free text is recognised" got want

# ---- an image: what the finished one has ----
mkdir -p one/app one/opt two/app two/opt
cp /usr/share/common-licenses/GPL-3 one/app/COPYING
cp /usr/share/common-licenses/MPL-2.0 one/opt/LICENSE
cp /usr/share/common-licenses/Apache-2.0 two/opt/LICENSE
: >two/app/.wh.COPYING
printf 'This grants nothing that anybody knows.\n' >two/app/LICENCE.txt
printf 'We know of the GNU General Public License, which is not ours.\n' >two/app/NOTICE
umoci init --layout image
umoci new --image image:1
for layer in one two; do umoci raw add-layer --image image:1 "$(
	tar -C $layer -cf $layer.tar .
	echo $layer.tar
)"; done
expect "image: scanned" 0 scan --format json oci:image:1
field out '.licenses[] | "\(.path) \(.license) \(.layer.index)"' >got
printf 'app/LICENCE.txt unknown 1\nopt/LICENSE Apache-2.0 1\n' >want
same "image: files of the finished image, with their layer" got want
expect "image: --fail-on counts licences" 0 scan --fail-on medium oci:image:1
expect "image: unknown is a severity" 1 scan --fail-on unknown oci:image:1
expect "image: a deny list" 1 scan --fail-on critical --license-deny 'Apache-*' oci:image:1
expect "image: an allow list does not know what is unknown" 1 scan --fail-on critical --license-allow notice oci:image:1
expect "image: nothing is looked for unless asked" 0 "$SEAWALL" scan --scanners secret --format json oci:image:1
field out '.summary.licenses, has("licenses")' >got
printf 'null\nfalse\n' >want
same "image: and nothing is said" got want

# ---- a folder with packages ----
mkdir -p tree/node_modules/a tree/node_modules/b tree/node_modules/c tree/src
echo '{"name":"a","version":"1.0.0","license":"(MIT OR GPL-3.0)"}' >tree/node_modules/a/package.json
echo '{"name":"b","version":"2.0.0"}' >tree/node_modules/b/package.json
cp /usr/share/common-licenses/BSD tree/node_modules/b/LICENSE
echo '{"name":"c","version":"3.0.0"}' >tree/node_modules/c/package.json
printf '// SPDX-License-Identifier: AGPL-3.0-or-later\nint x;\n' >tree/src/x.c
expect "folder: scanned" 0 scan --format json dir:tree
field out '.licenses[] | select(.package) | "\(.package) \(.license) \(.category)"' >got
printf 'a MIT OR GPL-3.0-only notice\nb BSD-3-Clause notice\nc unknown unknown\n' >want
field out '[.licenses[] | select(.path == "src/x.c")] | length' >count
same "folder: a choice, a file beside, nothing" got want
echo 0 >want
same "folder: source files are not read" count want
expect "folder: --license-full" 0 scan --license-full --format json dir:tree
field out '.licenses[] | select(.path == "src/x.c") | "\(.license) \(.severity)"' >got
echo 'AGPL-3.0-or-later critical' >want
same "folder: source files are read when asked" got want
cat >own.seawallignore.yaml <<'END'
exceptions:
  - ids: [unknown]
    subject: licence
    package: c
    reason: house code
    author: platform team
    approver: security
    expires: 2036-12-31
END
printf 'licenses:\n  - id: BSD-3-Clause\n    paths: ["node_modules/**"]\n' >own.trivyignore.yaml
expect "folder: exceptions" 0 scan --format json --ignorefile own.seawallignore.yaml --ignorefile own.trivyignore.yaml \
	--license-allow MIT dir:tree
field out '.suppressed_licenses[] | "\(.package) \(.license) \(.reason)"' >got
printf 'a MIT OR GPL-3.0-only allowed\nb BSD-3-Clause exception\nc unknown exception\nnull BSD-3-Clause exception\n' >want
same "folder: what is hidden keeps its reason" got want
expect "folder: --ignored-licenses" 0 scan --format json --ignored-licenses BSD-3-Clause,unknown dir:tree
field out '.summary.licenses | "\(.total) \(.suppressed)"' >got
echo '1 3' >want
same "folder: ignored licences are counted" got want
printf 'scanners = license\nlicense-deny = MIT,BSD-*\nfail-on = critical\n' >seawall.conf
expect "folder: options from a file" 1 "$SEAWALL" scan --config seawall.conf dir:tree
expect "a confidence that is none" 2 scan --license-confidence-level 3 dir:tree
for form in table csv html junit markdown sarif; do
	expect "$form: written" 0 scan --format $form dir:tree
	has "$form: has the licence" out "BSD-3-Clause"
done
expect "bill of materials: written" 0 "$SEAWALL" sbom dir:tree
has "bill of materials: has the licence of the file" out '"BSD-3-Clause"'

# ---- development dependencies ----
mkdir lock
cat >lock/package-lock.json <<'END'
{"name":"x","lockfileVersion":3,"packages":{"":{"dependencies":{"p":"1.0.0"},"devDependencies":{"q":"1.0.0"}},
"node_modules/p":{"version":"1.0.0","license":"MIT"},"node_modules/q":{"version":"1.0.0","dev":true,"license":"GPL-3.0"}}}
END
expect "development: not counted" 0 scan --fail-on high --format json dir:lock
field out '.suppressed_licenses[] | "\(.package) \(.license) \(.reason)"' >got
echo 'q GPL-3.0-only dev' >want
same "development: told as suppressed" got want
expect "development: counted when asked" 1 scan --include-dev-deps --fail-on high dir:lock
