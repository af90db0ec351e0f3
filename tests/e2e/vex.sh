# SPDX-License-Identifier: Apache-2.0
# e2e: daemon timeout=240 needs=docker-registry,skopeo,umoci,python3
# Statements of suppliers (VEX) that lie beside the target: attached to the image as artifact, as cosign's
# attestation, in BuildKit's manifest, in a layout and in a real registry; and named by a bill of materials.
# Without being asked for they hide nothing; taken, they are said to be unverified.
. "$SOURCE/tests/e2e/lib.sh"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
export HOME="$W" DOCKER_CONFIG="$W/none" XDG_RUNTIME_DIR="$W/none"

# ---- an image with two flaws ----------------------------------------------------------------------
mkdir -p root/var/lib/dpkg root/etc
printf 'ID=debian\nVERSION_ID="12"\n' >root/etc/os-release
for p in aaa bbb; do
	printf 'Package: %s\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\n\n' $p
done >root/var/lib/dpkg/status
umoci init --layout img && umoci new --image img:one && umoci insert --image img:one root / ||
	{ not_ok image "umoci" && exit 1; }
n=1
for p in aaa bbb; do
	printf '{"schema_version":"1.6.0","id":"CVE-2099-000%s","modified":"2026-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"Debian:12","name":"%s"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.0-2"}]}]}]}\n' $n $p
	n=$((n + 1))
done >osv.jsonl
expect "records are imported" 0 "$SEAWALL" db import --db db osv.jsonl

cat >statements.py <<'END'
"""statements.py vex|csaf|cdx ... > FILE; wrap KIND FILE; attach LAYOUT ...: see below"""
import base64, hashlib, json, os, sys

def openvex(flaw, package):
    return {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/vex/1", "author": "Example",
            "timestamp": "2026-01-01T00:00:00Z", "version": 1,
            "statements": [{"vulnerability": {"name": flaw}, "products": [{"@id": "pkg:deb/debian/%s@1.0-1" % package}],
                            "status": "not_affected", "justification": "vulnerable_code_not_in_execute_path"}]}

def statement(predicate, kind, digest):
    return {"_type": "https://in-toto.io/Statement/v0.1", "predicateType": kind, "predicate": predicate,
            "subject": [{"name": "app", "digest": {"sha256": digest.partition(":")[2]}}]}

def dsse(payload, signed=True):
    return {"payloadType": "application/vnd.in-toto+json", "payload": base64.b64encode(json.dumps(payload).encode()).decode(),
            "signatures": [{"keyid": "", "sig": "AAAA"}] if signed else []}

def blob(layout, data):
    digest = hashlib.sha256(data).hexdigest()
    open(layout + "/blobs/sha256/" + digest, "wb").write(data)
    return {"digest": "sha256:" + digest, "size": len(data)}

def manifest(layout, layers, artifact=None, subject=None, annotations=None):
    m = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
         "config": dict(blob(layout, b"{}"), mediaType="application/vnd.oci.empty.v1+json"), "layers": layers}
    if artifact:
        m["artifactType"] = artifact
    if subject:
        m["subject"] = {k: subject[k] for k in ("mediaType", "digest", "size")}
    if annotations:
        m["annotations"] = annotations
    return dict(blob(layout, json.dumps(m).encode()), mediaType=m["mediaType"])

def attach(layout, how):
    index = json.load(open(layout + "/index.json"))
    image = index["manifests"][0]
    index["manifests"] = [image]
    doc, kind = openvex("CVE-2099-0001", "aaa"), "https://openvex.dev/ns/v0.2.0"
    tag = image["digest"].replace(":", "-")
    digest = image["digest"] if how != "foreign" else "sha256:" + "0" * 64
    def layer(data, media, **annotations):
        return dict(blob(layout, json.dumps(data).encode()), mediaType=media, annotations=annotations)
    if how == "artifact":
        entry = manifest(layout, [layer(doc, "application/vnd.openvex+json")], "application/vnd.openvex+json", image)
    elif how == "plain-layer":  # the type stands on the artifact alone
        entry = manifest(layout, [layer(doc, "application/json")], "application/vnd.openvex+json", image)
    elif how in ("cosign", "foreign"):
        data = dsse(statement(doc, kind, digest))
        entry = manifest(layout, [layer(data, "application/vnd.dsse.envelope.v1+json", predicateType=kind)])
        entry["annotations"] = {"org.opencontainers.image.ref.name": tag + ".att"}
    elif how == "bundle":
        data = {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": {},
                "dsseEnvelope": dsse(statement(doc, kind, digest))}
        media = "application/vnd.dev.sigstore.bundle.v0.3+json"
        entry = manifest(layout, [layer(data, media)], media, image)
    elif how == "provenance":  # an attestation of another kind
        data = dsse(statement({"builder": {}}, "https://slsa.dev/provenance/v1", digest))
        entry = manifest(layout, [layer(data, "application/vnd.dsse.envelope.v1+json")], "application/vnd.in-toto+json", image)
    elif how == "broken":
        entry = manifest(layout, [layer({"openvex.dev/ns": 1}, "application/vnd.openvex+json")], "application/vnd.openvex+json", image)
    elif how == "ignores":  # a list of plain exceptions is no statement of a supplier
        entry = manifest(layout, [dict(blob(layout, b"ignore:\n- vulnerability: CVE-2099-0001\n"), mediaType="application/vnd.openvex+json")],
                         "application/vnd.openvex+json", image)
    elif how == "buildkit":  # an index with the image and what describes it
        data = statement(doc, kind, digest)
        described = manifest(layout, [layer(data, "application/vnd.in-toto+json", **{"in-toto.io/predicate-type": kind})])
        described["platform"] = {"os": "unknown", "architecture": "unknown"}
        described["annotations"] = {"vnd.docker.reference.digest": image["digest"], "vnd.docker.reference.type": "attestation-manifest"}
        inner = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
                 "manifests": [dict(image, platform={"os": "linux", "architecture": "amd64"}, annotations={}), described]}
        inner["manifests"][0].pop("annotations")
        entry = dict(blob(layout, json.dumps(inner).encode()), mediaType=inner["mediaType"],
                     annotations={"org.opencontainers.image.ref.name": "many"})
    if how == "none":
        index["manifests"] = [image]
    else:
        index["manifests"].append(entry)
    json.dump(index, open(layout + "/index.json", "w"))

if sys.argv[1] == "attach":
    attach(sys.argv[2], sys.argv[3])
elif sys.argv[1] == "bom":  # ADDRESS...
    json.dump({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
               "metadata": {"component": {"type": "operating-system", "name": "debian", "version": "12"}},
               "externalReferences": [{"type": t, "url": u} for t, u in zip(
                   ["exploitability-statement", "vulnerability-assertion", "website"] * 9, sys.argv[2:])],
               "components": [{"type": "library", "bom-ref": p, "name": p, "version": "1.0-1",
                               "purl": "pkg:deb/debian/%s@1.0-1?arch=amd64&distro=debian-12" % p} for p in ("aaa", "bbb")]}, sys.stdout)
elif sys.argv[1] == "openvex":
    json.dump(openvex(*sys.argv[2:]), sys.stdout)
elif sys.argv[1] == "put":  # HUB REPOSITORY LAYOUT DIGEST [TAG]: a manifest of the layout and its blobs
    import urllib.request
    hub, repository, layout, digest = sys.argv[2:6]
    def send(method, url, data=None, media=None):
        request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": media or "application/octet-stream"})
        with urllib.request.urlopen(request, timeout=20) as r:
            return r.headers
    text = open(layout + "/blobs/sha256/" + digest[7:], "rb").read()
    for d in [json.loads(text)["config"]] + json.loads(text)["layers"]:
        data = open(layout + "/blobs/sha256/" + d["digest"][7:], "rb").read()
        place = send("POST", "http://%s/v2/%s/blobs/uploads/" % (hub, repository))["Location"]
        send("PUT", place + ("&" if "?" in place else "?") + "digest=" + d["digest"], data)
    send("PUT", "http://%s/v2/%s/manifests/%s" % (hub, repository, sys.argv[6] if len(sys.argv) > 6 else digest), text, json.loads(text)["mediaType"])
END
statements() { python3 statements.py "$@"; }
scan() { # TARGET ARGUMENTS...
	target=$1
	shift
	"$SEAWALL" scan --db db --scanners vuln -f json -o got.json "$@" "$target"
}
hides() { # NAME: the first flaw is hidden, with reason and source; the other counts
	if python3 - <<'END' >"$W/out" 2>&1; then ok "$1"; else not_ok "$1" "facts do not hold"; fi
import json
d = json.load(open("got.json"))
assert [f["id"] for f in d["findings"]] == ["CVE-2099-0002"], d["findings"]
hidden = d["suppressed"]
assert len(hidden) == 1 and "CVE-2099-0001" in json.dumps(hidden[0]), hidden
assert any("who made them was not verified" in n["reason"] for n in d["not_examined"]), d["not_examined"]
END
}
shows() { # NAME: both flaws count
	if python3 - <<'END' >"$W/out" 2>&1; then ok "$1"; else not_ok "$1" "facts do not hold"; fi
import json
d = json.load(open("got.json"))
assert sorted(f["id"] for f in d["findings"]) == ["CVE-2099-0001", "CVE-2099-0002"], d["findings"]
assert not d["suppressed"], d["suppressed"]
END
}

# ---- a layout ---------------------------------------------------------------------------------------
for how in artifact plain-layer cosign bundle; do
	statements attach img $how
	expect "$how: not asked for" 0 scan oci:img:one
	shows "$how: not asked for, hides nothing"
	expect "$how: asked for" 0 scan oci:img:one --vex oci
	hides "$how: hides one"
	has "$how: told on standard error" err "1 statements of suppliers from oci sha256:"
done
has "a signature that nobody verified is said to be that" err "signature not verified"
statements attach img artifact
expect "unsigned" 0 scan oci:img:one --vex oci
has "a document without signature is said to be unsigned" err "(unsigned)"
statements attach img buildkit
expect "buildkit: not asked for" 0 scan oci:img:many --platform linux/amd64
shows "buildkit: not asked for, hides nothing"
expect "buildkit: asked for" 0 scan oci:img:many --platform linux/amd64 --vex oci
hides "buildkit: hides one"
for how in foreign broken ignores; do
	statements attach img $how
	expect "$how: asked for" 0 scan oci:img:one --vex oci
	shows "$how: hides nothing"
	has "$how: told" err "were not taken"
done
statements attach img provenance
expect "an attestation of another kind" 0 scan oci:img:one --vex oci
shows "an attestation of another kind hides nothing"
has "an attestation of another kind: nothing was found" err "no statements of suppliers were found"
statements attach img none
expect "nothing attached" 0 scan oci:img:one --vex oci
has "nothing attached: said" err "no statements of suppliers were found"
statements openvex CVE-2099-0001 aaa >own.json
expect "two targets: one with statements, one without" 0 sh -c '
	cp -r img img2 && python3 statements.py attach img2 artifact &&
	"$SEAWALL" scan --db db --scanners vuln -f json -o got.json --vex oci oci:img2:one oci:img:one'
if [ "$(grep -c '"id": "CVE-2099-0001"' got.json)" -ge 1 ]; then
	ok "statements of one target do not hold for the next"
else
	not_ok "statements of one target do not hold for the next" "the flaw is hidden in both"
fi
expect "a wrapped document as a file" 0 sh -c '
	python3 -c "
import json,base64
s={\"_type\":\"https://in-toto.io/Statement/v1\",\"predicateType\":\"https://openvex.dev/ns/v0.2.0\",\"subject\":[],\"predicate\":json.load(open(\"own.json\"))}
json.dump({\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":base64.urlsafe_b64encode(json.dumps(s).encode()).decode().rstrip(\"=\"),\"signatures\":[]},open(\"own.dsse\",\"w\"))" &&
	"$SEAWALL" scan --db db --scanners vuln -f json -o got.json --vex own.dsse oci:img:one'
has "a wrapped document as a file hides one" got.json vulnerable_code_not_in_execute_path
expect "repositories are refused with advice" 2 scan oci:img:one --vex repo
has "repositories: the advice" err "name the files"

# ---- a registry: referrers or their tags, and cosign's tag -------------------------------------------
cat >config.yml <<END
version: 0.1
log: {level: warn}
storage: {filesystem: {rootdirectory: $W/data}}
http: {addr: "127.0.0.1:0"}
END
server env OTEL_TRACES_EXPORTER=none docker-registry serve config.yml
port_of() { # PID: the port it listens on
	inodes=$(find "/proc/$1/fd" -lname 'socket:*' -printf '%l\n' | tr -cd '0-9\n')
	for inode in $inodes; do
		awk -v i="$inode" '$4 == "0A" && $10 == i { split($2, a, ":"); print a[2] }' \
			/proc/net/tcp /proc/net/tcp6
	done | head -n 1 | while read -r hex; do printf '%d\n' "0x$hex"; done
}
listens() { port=$(port_of "$server") && [ -n "$port" ]; }
await listens || { not_ok start "the registry does not listen: $(tail -n 3 server.log)" && exit 1; }
hub=localhost:$port
digest=$(python3 -c 'import json; print(json.load(open("img/index.json"))["manifests"][0]["digest"])')
last() { python3 -c 'import json; print(json.load(open("img/index.json"))["manifests"][-1]["digest"])'; }
for how in cosign artifact; do
	repository=team/$how
	statements attach img none
	skopeo copy --insecure-policy --dest-tls-verify=false oci:img:one "docker://$hub/$repository:1" >skopeo.log 2>&1 ||
		{ not_ok push "skopeo: $(tail -n 1 skopeo.log)" && exit 1; }
	statements attach img $how
	tag=$(echo "$digest" | tr : -)
	[ $how = cosign ] && tag=$tag.att
	expect "$how: pushed" 0 statements put "$hub" $repository img "$(last)" "$tag"
	expect "$how: registry, not asked for" 0 scan "docker://$hub/$repository:1" --insecure-registry "$hub"
	shows "$how: registry, not asked for, hides nothing"
	expect "$how: registry, asked for" 0 scan "docker://$hub/$repository:1" --insecure-registry "$hub" --vex oci
	hides "$how: registry, hides one"
done

# ---- named by a bill of materials ---------------------------------------------------------------------
mkdir web && cp own.json web/
server python3 -c '
import functools, http.server
h = functools.partial(http.server.SimpleHTTPRequestHandler, directory="web")
s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), h)
open("web.port", "w").write(str(s.server_port))
s.serve_forever()'
await test -s web.port || { not_ok start "the web server does not listen" && exit 1; }
web=http://127.0.0.1:$(cat web.port)
statements bom "$web/own.json" >bom.json
expect "sbom-ref: not asked for" 0 scan sbom:bom.json
shows "sbom-ref: not asked for, hides nothing"
lacks "sbom-ref: not asked for, nothing is fetched" server.log own.json
expect "sbom-ref: asked for" 0 scan sbom:bom.json --vex sbom-ref
hides "sbom-ref: hides one"
statements bom "$web/absent.json" "$web/own.json" "$web/never.json" >bom.json
expect "sbom-ref: one address is dead" 0 scan sbom:bom.json --vex sbom-ref
hides "sbom-ref: the other counts"
has "sbom-ref: the dead one is told" err "absent.json (unsigned) were not taken"
lacks "sbom-ref: other references are not fetched" server.log never.json
statements bom "file://$W/own.json" >bom.json
expect "sbom-ref: a file of this machine" 0 scan sbom:bom.json --vex sbom-ref
shows "sbom-ref: a file of this machine is not read"
has "sbom-ref: a file of this machine is told" err "not an address of http or https"
head -c 9000000 /dev/zero | tr '\0' ' ' >web/huge.json
statements bom "$web/huge.json" >bom.json
expect "sbom-ref: a huge document" 0 scan sbom:bom.json --vex sbom-ref
shows "sbom-ref: a huge document hides nothing"
has "sbom-ref: a huge document is told" err "were not taken"
