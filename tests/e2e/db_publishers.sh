# SPDX-License-Identifier: Apache-2.0
# e2e: timeout=180 needs=python3
# `seawall db update` from the publishers that have no OSV records: NVD JSON 2.0, Amazon's repositories, Oracle's
# OVAL, Photon's lists; from a web server on loopback, by a table of our own and through --mirror: changed,
# unchanged, one of them broken. Small samples of our own.
. "$SOURCE/tests/e2e/lib.sh"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
export LANG=C

# ---- what the publishers have ---------------------------------------------------------------------
mkdir -p www/nvd www/photon www/oval www/amazon/guid/x86_64/repodata
cat >www/nvd/2030.json <<'END'
{"resultsPerPage":1,"startIndex":0,"totalResults":1,"format":"NVD_CVE","version":"2.0","timestamp":"2026-11-20T00:00:00.000","vulnerabilities":[{"cve":{"id":"CVE-2030-0001","published":"2026-01-01T00:00:00.000","lastModified":"2026-11-20T00:00:00.000","vulnStatus":"Analyzed","descriptions":[{"lang":"en","value":"A flaw."}],"configurations":[{"nodes":[{"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*","versionStartIncluding":"3.0.0","versionEndExcluding":"3.0.7"}]}]}]}}]}
END
gzip -kn www/nvd/2030.json
cat >www/photon/5.json <<'END'
[{"cve_id":"CVE-2030-0002","pkg":"openssl","cve_score":7.5,"aff_ver":"all versions before 3.0.8-2.ph5 are vulnerable","res_ver":"3.0.8-2.ph5"}]
END
cat >www/oval/all.xml <<'END'
<?xml version="1.0"?><oval_definitions xmlns="http://example.org/oval"><generator><product_name>Oracle Errata System</product_name></generator><definitions><definition id="oval:com.oracle.elsa:def:1" version="501" class="patch"><metadata><title>ELSA-2030-0001: x security update (IMPORTANT)</title><affected family="unix"><platform>Oracle Linux 8</platform></affected><reference source="elsa" ref_id="ELSA-2030-0001" ref_url="https://example.org"/><reference source="CVE" ref_id="CVE-2030-0003" ref_url="https://example.org"/><description>d</description><advisory><severity>IMPORTANT</severity><issued date="2026-11-19"/></advisory></metadata><criteria operator="AND"><criterion test_ref="t" comment="Oracle Linux 8 is installed"/><criteria operator="AND"><criterion test_ref="t" comment="Oracle Linux arch is x86_64"/><criterion test_ref="t" comment="bind is earlier than 32:9.11.36-5.el8_7.2"/></criteria></criteria></definition></definitions></oval_definitions>
END
python3 -c 'import bz2; open("www/oval/all.xml.bz2", "wb").write(bz2.compress(open("www/oval/all.xml", "rb").read()))'
errata() { # FIXED: the repository of Amazon Linux 2 with one erratum
	repo=www/amazon/guid/x86_64/repodata
	rm -f "$repo"/*
	printf '<?xml version="1.0" ?><updates><update author="x" status="final" type="security" version="1.4"><id>ALAS2-2030-1</id><title>t</title><issued date="2026-11-01 00:00"/><updated date="2026-11-18 00:00"/><severity>important</severity><description>d</description><references><reference href="https://example.org/" id="CVE-2030-0004" title="" type="cve"/></references><pkglist><collection short="x"><name>n</name><package arch="x86_64" epoch="0" name="bash" release="%s.amzn2" version="4.2"><filename>f</filename></package></collection></pkglist></update></updates>' "$1" |
		gzip -n >"$repo/updateinfo.xml.gz"
	sum=$(sha256sum <"$repo/updateinfo.xml.gz" | cut -d' ' -f1)
	printf '<?xml version="1.0"?><repomd xmlns="http://linux.duke.edu/metadata/repo"><data type="primary"><checksum type="sha256">%s</checksum><location href="repodata/primary.xml.gz"/></data><data type="updateinfo"><checksum type="sha256">%s</checksum><location href="repodata/updateinfo.xml.gz"/></data></repomd>' \
		"$(echo other | sha256sum | cut -d' ' -f1)" "$sum" >"$repo/repomd.xml"
}
errata 35

cat >serve.py <<'END'
import functools, http.server, os, sys
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory="www")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
open("port.new", "w").write(str(server.server_port))
os.rename("port.new", "port")
server.serve_forever()
END
server python3 serve.py
await test -s port || { not_ok start "the web server does not listen" && exit 1; }
base=http://127.0.0.1:$(cat port)
printf '%s/amazon/guid/$basearch/\n' "$base" >www/amazon/mirror.list
cat >table.csv <<END
name,kind,url,ecosystem,note
nvd-2030,nvd-json-gz,$base/nvd/2030.json.gz,NVD,test
photon-5.0,photon-json,$base/photon/5.json,Photon OS:5.0,test
oracle,oval-bz2,$base/oval/all.xml.bz2,Oracle Linux,test
amazon-2,rpm-errata,$base/amazon/mirror.list,Amazon Linux:2,test
END
update() { "$SEAWALL" db update --db "$W/a.db" --table table.csv --root /nowhere "$@"; }
says() { # NAME TEXT: the answer holds it, however its lines were broken
	tr -s '\n ' ' ' <out >flat
	has "$1" flat "$2"
}

# ---- systems of these publishers ----------------------------------------------------------------------
system() { # FOLDER OS-RELEASE NAME VERSION RELEASE EPOCH
	mkdir -p "$1/etc" "$1/var/lib/rpmmanifest"
	printf '%b' "$2" >"$1/etc/os-release"
	printf '%s\t%s-%s\t1\t1\tV\t%s\t1\tx86_64\t0\t%s-%s-%s.src.rpm\n' "$3" "$4" "$5" "$6" "$3" "$4" "$5" \
		>"$1/var/lib/rpmmanifest/container-manifest-2"
}
system photon 'ID=photon\nVERSION_ID=5.0\n' openssl 3.0.8 1.ph5 '(none)'
system oracle 'ID=ol\nVERSION_ID=8.7\n' bind 9.11.36 5.el8_7.1 32
system amazon 'ID=amzn\nVERSION_ID=2\n' bash 4.2 34.amzn2 '(none)'
finds() { # FOLDER FLAW FIXED
	expect "$1 is scanned" 0 "$SEAWALL" scan --db a.db --scanners vuln -f json -o "$1.json" "dir:$W/$1"
	has "$1: the flaw" "$1.json" "$2"
	has "$1: what repairs it" "$1.json" "$3"
}

# ---- the same by hand, and what is none of it -----------------------------------------------------------
import() { "$SEAWALL" db import --db hand.db "$@"; }
expect "by hand: all four" 0 import www/nvd/2030.json www/photon/5.json www/oval/all.xml \
	www/amazon/guid/x86_64/repodata/updateinfo.xml.gz
says "by hand: told" "records: 4"
cp hand.db before.db
mkdir bad
python3 - <<'END'
import gzip, json
nvd = json.load(open("www/nvd/2030.json"))
photon = json.load(open("www/photon/5.json"))
oval = open("www/oval/all.xml").read()
errata = gzip.open("www/amazon/guid/x86_64/repodata/updateinfo.xml.gz", "rt").read()

def repeat(text, name, number):
    start, end = text.index("<%s " % name), text.index("</%s>" % name) + len(name) + 3
    return text[:start] + "".join(text[start:end].replace(number, "2030-%04d" % i) for i in range(9)) + text[end:]

whole = {
    "nvd.json": json.dumps(dict(nvd, vulnerabilities=nvd["vulnerabilities"] * 9)),
    "photon.json": json.dumps(photon * 9),
    "oval.xml": repeat(oval, "definition", "2030-0001"),
    "errata.xml": repeat(errata, "update", "2030-1"),
}
for name, text in whole.items():
    open("bad/half-" + name, "w").write(text[: len(text) // 2])
last = {"nvd.json": "]", "photon.json": "]", "oval.xml": "</definitions>", "errata.xml": "</updates>"}
for name, text in whole.items():
    open("bad/end-" + name, "w").write(text[: text.rindex(last[name])])
open("bad/other-oval.xml", "w").write(oval.replace("Oracle", "Another").replace("oracle", "example"))
open("bad/other.json", "w").write('{"vulnerabilities": {}}')
open("bad/empty.json", "w").write("")
END
for file in bad/half-* bad/end-*; do
	expect "by hand: $file is refused" 3 import --name part "$file"
	has "by hand: $file: why" err "ends in the middle"
done
for file in bad/other-oval.xml bad/other.json bad/empty.json; do
	expect "by hand: $file is refused" 3 import "$file"
	has "by hand: $file: why" err "no advisory in what was read ("
done
expect "by hand: the database is the one before" 0 cmp hand.db before.db
expect "by hand: a file that is not there" 3 import bad/absent.json
expect "by hand: a date that is none" 2 import --date yesterday www/photon/5.json

expect "all four publishers" 0 update
says "all four: told" "Sources updated: 4, unchanged: 0, failed: 0."
finds photon CVE-2030-0002 3.0.8-2.ph5
finds oracle CVE-2030-0003 32:9.11.36-5.el8_7.2
finds amazon CVE-2030-0004 4.2-35.amzn2
expect "the record of NVD" 0 "$SEAWALL" db search CVE-2030-0001 --db a.db
says "the record of NVD: found" CVE-2030-0001
expect "status" 0 "$SEAWALL" db status --db a.db -f json
python3 - <<'END' >dates 2>&1 || true
import json
for s in json.load(open("out"))["sources"]:
    print(s["name"], s["form"], s["records"], s.get("date", "-")[:10])
END
for name in nvd-2030 photon-5.0 oracle amazon-2; do
	if grep -qE "^$name [a-z0-9-]+ 1 [0-9]{4}-[0-9]{2}-[0-9]{2}$" dates; then
		ok "status: $name with its date"
	else
		not_ok "status: $name with its date" "$(cat dates)"
	fi
done
expect "the same again" 0 update
says "again: nothing is fetched twice" "Sources updated: 0, unchanged: 4, failed: 0."

sleep 1 # dates of HTTP have whole seconds
sed 's/CVE-2030-0002/CVE-2030-0009/; s/}]$/},/' www/photon/5.json >part && mv part www/photon/5.json
expect "a list that ends in the middle" 3 update -s photon-5.0
says "ends in the middle: told" "ends in the middle: it is incomplete, the old records stay"
finds photon CVE-2030-0002 3.0.8-2.ph5

errata 36
expect "new errata" 0 update -s amazon
says "new errata: taken, the others were not asked" "Sources updated: 1, unchanged: 0, failed: 0."
finds amazon CVE-2030-0004 4.2-36.amzn2
finds oracle CVE-2030-0003 32:9.11.36-5.el8_7.2

sleep 1
errata 37
printf x >>www/amazon/guid/x86_64/repodata/updateinfo.xml.gz
rm www/photon/5.json
expect "errata without their digest, a list that is gone" 0 update
says "a wrong digest is told" "repodata/updateinfo.xml.gz"
says "a partly failed update is told" "Sources updated: 0, unchanged: 2, failed: 2."
finds amazon CVE-2030-0004 4.2-36.amzn2
finds photon CVE-2030-0002 3.0.8-2.ph5
printf 'http://\n../../etc\n' >www/amazon/mirror.list
expect "a list of mirrors without a good address" 3 update -s amazon-2
printf '%s/amazon/guid/x86_64\n' "$base" >www/amazon/mirror.list
sed 's|repodata/updateinfo|../../../../updateinfo|' -i www/amazon/guid/x86_64/repodata/repomd.xml
expect "a location outside of the repository" 3 update -s amazon-2
says "outside: told" "outside of the repository"

# ---- the built-in table through a mirror --------------------------------------------------------------
mkdir -p mirror/2/core/latest/x86_64 mirror/feeds/json/cve/2.0
errata 38
cp -r www/amazon/guid mirror/
printf 'https://example.com/guid/x86_64/\n' >mirror/2/core/latest/x86_64/mirror.list
cp www/nvd/2030.json.gz mirror/feeds/json/cve/2.0/nvdcve-2.0-2024.json.gz
expect "built-in locations from a folder" 0 "$SEAWALL" db update --db b.db --mirror mirror -s amazon-2,nvd-2024
says "built-in: both" "Sources updated: 2, unchanged: 0, failed: 0."
expect "built-in: what is known" 0 "$SEAWALL" scan --db b.db --scanners vuln -f json -o amazon.json "dir:$W/amazon"
has "built-in: the erratum" amazon.json 4.2-38.amzn2
expect "the list of sources" 0 "$SEAWALL" db update --list
for name in nvd-2026 amazon-2023 oracle photon-5.0; do has "list: $name" out "$name"; done
