# SPDX-License-Identifier: Apache-2.0
# e2e: needs=umoci,python3
# A bill of materials of an image gives the findings of the image, in every form; one that is attached to it is found.
. "$SOURCE/tests/e2e/lib.sh"

mkdir -p root/etc root/var/lib/dpkg root/app
cat >root/etc/os-release <<'END'
PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
ID=debian
VERSION_ID="12"
VERSION_CODENAME=bookworm
END
cat >root/var/lib/dpkg/status <<'END'
Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2.15-2+b2
Source: bash (5.2.15-2)

Package: liblzma5
Status: install ok installed
Architecture: amd64
Source: xz-utils
Version: 5.4.1-0.2
END
cat >root/app/package-lock.json <<'END'
{"name": "app", "version": "1.0.0", "lockfileVersion": 3, "packages": {
  "": {"name": "app", "version": "1.0.0", "dependencies": {"a": "1.0.0"}},
  "node_modules/a": {"version": "1.0.0", "dependencies": {"lodash": "4.17.20"}},
  "node_modules/lodash": {"version": "4.17.20", "dev": true}}}
END
cat >osv.json <<'END'
{"id": "GHSA-aaaa-bbbb-cccc", "aliases": ["CVE-2099-0001"], "modified": "2026-01-02T00:00:00Z",
 "affected": [{"package": {"ecosystem": "npm", "name": "lodash"},
 "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "4.17.21"}]}]}],
 "database_specific": {"severity": "HIGH"}}
END
cat >deb.json <<'END'
{"id": "DSA-9999-1", "aliases": ["CVE-2099-0002"], "modified": "2026-01-02T00:00:00Z",
 "affected": [{"package": {"ecosystem": "Debian:12", "name": "xz-utils"},
 "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "5.4.1-1"}]}]}]}
END
expect "advisories" 0 "$SEAWALL" db import --db db osv.json deb.json

umoci init --layout img
umoci new --image img:one
umoci insert --image img:one root/etc/os-release /etc/os-release
umoci insert --image img:one root/var/lib/dpkg/status /var/lib/dpkg/status
umoci insert --image img:one root/app /app

# What must be equal of two JSON reports.
parts() { # REPORT
	python3 - "$1" <<'END'
import json, sys
report = json.load(open(sys.argv[1]))
for key in ("os", "packages", "findings", "coverage", "not_examined"):
    print(key, json.dumps(report[key], sort_keys=True, indent=1))
END
}

expect "the image" 0 "$SEAWALL" scan -q --include-dev-deps --db db --list-all-packages -f json -o image.json oci:img:one
parts image.json >want
has "a finding of the system" want CVE-2099-0002
has "a finding of a language" want CVE-2099-0001

for form in cyclonedx spdx-json spdx-tag-value; do
	expect "$form: written" 0 "$SEAWALL" sbom -q -f "$form" -o "doc.$form" oci:img:one
	expect "$form: written again" 0 "$SEAWALL" sbom -q -f "$form" -o again oci:img:one
	same "$form: same bytes" again "doc.$form"
	expect "$form: scanned" 0 "$SEAWALL" scan -q --include-dev-deps --db db --list-all-packages -f json -o got.json "sbom:doc.$form"
	parts got.json >got
	same "$form: equal to the image" got want
done
for version in 1.4 1.5 1.7; do
	expect "CycloneDX $version" 0 "$SEAWALL" sbom -q --spec-version "$version" -o old.json oci:img:one
	expect "CycloneDX $version scanned" 0 "$SEAWALL" scan -q --include-dev-deps --db db --list-all-packages -f json -o got.json sbom:old.json
	parts got.json >got
	same "CycloneDX $version: equal to the image" got want
done

expect "report as CycloneDX" 0 "$SEAWALL" scan -q --include-dev-deps --db db -f cyclonedx -o report.cdx oci:img:one
expect "its vulnerabilities" 0 python3 -c '
import json
bom = json.load(open("report.cdx"))
refs = {c["bom-ref"] for c in bom["components"]}
flaws = {v["id"]: v for v in bom["vulnerabilities"]}
assert set(flaws) == {"CVE-2099-0001", "CVE-2099-0002"}, flaws
assert all(a["ref"] in refs for v in flaws.values() for a in v["affects"])
'
expect "two targets do not make one document" 2 "$SEAWALL" scan -q --include-dev-deps --db db -f cyclonedx oci:img:one oci:img:one
has "said" err "one target"
expect "a version of the other format" 2 "$SEAWALL" sbom -f spdx --spec-version 1.6 oci:img:one
expect "files in SPDX" 2 "$SEAWALL" sbom -f spdx --files oci:img:one
has "files in SPDX: why" err "checksum"

# ---- attached to the image -----------------------------------------------------------------------
expect "nothing attached" 3 "$SEAWALL" scan -q --include-dev-deps --db db --sbom-from image oci:img:one
has "nothing attached: said" err "no bill of materials is attached"
attach() { # FILE MEDIATYPE [PREDICATE]: an artifact whose subject is the image
	python3 - "$@" <<'END'
import hashlib, json, sys
def blob(data):
    digest = hashlib.sha256(data).hexdigest()
    open("img/blobs/sha256/" + digest, "wb").write(data)
    return {"digest": "sha256:" + digest, "size": len(data)}
index = json.load(open("img/index.json"))
image = index["manifests"][0]
layer = dict(blob(open(sys.argv[1], "rb").read()), mediaType=sys.argv[2])
if len(sys.argv) > 3:
    layer["annotations"] = {"predicateType": sys.argv[3]}
manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "artifactType": sys.argv[2],
            "config": dict(blob(b"{}"), mediaType="application/vnd.oci.empty.v1+json"),
            "layers": [layer],
            "subject": {k: image[k] for k in ("mediaType", "digest", "size")}}
entry = dict(blob(json.dumps(manifest).encode()), mediaType=manifest["mediaType"],
             artifactType=sys.argv[2])
index["manifests"] = [image, entry]
json.dump(index, open("img/index.json", "w"))
END
}
attached() { # NAME: the scan by the attached list finds what the image has
	expect "$1" 0 "$SEAWALL" scan -q --include-dev-deps --db db --list-all-packages --sbom-from image -f json -o got.json oci:img:one
	has "$1: one finding" got.json CVE-2099-0001
	has "$1: the other" got.json CVE-2099-0002
	has "$1: unverified" got.json "was not verified"
}
attach doc.cyclonedx application/vnd.cyclonedx+json
attached "attached CycloneDX"
attach doc.spdx-json application/spdx+json
attached "attached SPDX"
python3 - <<'END'
import base64, json
bom = json.load(open("doc.cyclonedx"))
statement = {"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://cyclonedx.org/bom", "predicate": bom}
json.dump({"payloadType": "application/vnd.in-toto+json", "signatures": [],
           "payload": base64.b64encode(json.dumps(statement).encode()).decode()}, open("attestation", "w"))
END
attach attestation application/vnd.dsse.envelope.v1+json https://cyclonedx.org/bom
attached "attestation"
has "attestation: said" got.json "the attestation that holds the document"
printf broken >broken
attach broken application/vnd.cyclonedx+json
expect "attached, but no document" 3 "$SEAWALL" scan -q --include-dev-deps --db db --sbom-from image oci:img:one
