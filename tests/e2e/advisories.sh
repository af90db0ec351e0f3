# SPDX-License-Identifier: Apache-2.0
# e2e: plain slow timeout=600 needs=python3,zstd
# Real advisories: of each ecosystem in the data beside the project, versions that a record calls affected give a
# finding of that record, and the version that it calls fixed gives none.
. "$SOURCE/tests/e2e/lib.sh"
data=${SEAWALL_DATA:-$SOURCE/../shared/data}/advisories
if [ ! -d "$data" ]; then
	skip "real advisories" "no data in $data"
	exit 0
fi
cat >sample.py <<'END'
"""sample.py DATA: writes ECOSYSTEM.affected.json and .fixed.json (bills of materials) and ECOSYSTEM.want"""
import json, os, subprocess, sys

TYPES = {"npm": "npm", "PyPI": "pypi", "Go": "golang", "crates.io": "cargo", "RubyGems": "gem", "Packagist": "composer",
         "Maven": "maven", "NuGet": "nuget", "Hex": "hex", "Pub": "pub", "Bitnami": "bitnami", "SwiftURL": "swift"}
SYSTEMS = {"Debian": ("deb", "debian", "debian"), "Ubuntu": ("deb", "ubuntu", "ubuntu"), "Alpine": ("apk", "alpine", "alpine"),
           "AlmaLinux": ("rpm", "almalinux", "almalinux"), "Wolfi": ("apk", "wolfi", "wolfi")}
PER_ECOSYSTEM = 60
LOWEST = {"npm": "0.0.1", "PyPI": "0.0.1", "Go": "v0.0.1", "crates.io": "0.0.1", "RubyGems": "0.0.1", "Packagist": "0.0.1",
          "Maven": "0.0.1", "NuGet": "0.0.1", "Bitnami": "0.0.1", "SwiftURL": "0.0.1"}

def quote(s):
    return "".join(c if c.isalnum() or c in "-._~" else "%%%02X" % ord(c) for c in s)

def system_of(ecosystem):
    """Family and release; None: no system."""
    name, _, release = ecosystem.partition(":")
    if name not in SYSTEMS or release.startswith("Pro") or (name != "Wolfi" and release in ("", "edge")):
        return None
    return name, release.removeprefix("v").partition(":")[0]

def purl_of(ecosystem, name, version):
    system = system_of(ecosystem)
    if system:
        kind, namespace, distro = SYSTEMS[system[0]]
        arch = {"deb": "amd64"}.get(kind, "x86_64")
        tail = "?arch=%s&distro=%s-%s" % (arch, distro, system[1] or "20230201")
        return "pkg:%s/%s/%s@%s%s" % (kind, namespace, quote(name), quote(version), tail)
    kind = TYPES[ecosystem]
    if kind == "maven":
        name = name.replace(":", "/")
    if kind == "golang":
        version = version if version.startswith("v") else "v" + version
    parts = [quote(p) for p in name.split("/")]
    return "pkg:%s/%s@%s" % (kind, "/".join(parts), quote(version))

def facts_of(record):
    """(ecosystem, package, affected version, fixed version) where the record says both plainly."""
    if record.get("withdrawn") or record["id"].startswith(("ALBA", "ALEA")):
        return None
    seen = {}
    for a in record.get("affected", []):
        key = (a.get("package", {}).get("ecosystem"), a.get("package", {}).get("name"))
        seen.setdefault(key, []).append(a)
    for (ecosystem, name), entries in seen.items():
        if ecosystem not in TYPES and not system_of(ecosystem or ""):
            continue
        ranges = [r for a in entries for r in a.get("ranges", []) if r["type"] != "GIT"]
        if len(entries) != 1 or len(ranges) != 1 or "stdlib" in name or name == "toolchain":
            continue
        if entries[0].get("database_specific", {}).get("not_affected") or "module" in json.dumps(ranges):
            continue
        events = ranges[0]["events"]
        if len(events) != 2 or "introduced" not in events[0] or "fixed" not in events[1]:
            continue
        begin, fixed = events[0]["introduced"], events[1]["fixed"]
        if begin == "0":
            versions = [v for v in entries[0].get("versions", []) if v != fixed]
            begin = versions[0] if versions else LOWEST.get(ecosystem, "0")
        if fixed.startswith(("0.0.", "v0.0.", "0-")) or fixed == "0" or begin == fixed:
            continue
        return ecosystem, name, begin, fixed
    return None

def bom(ecosystem, versions):
    system = system_of(ecosystem)
    document = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": [
        {"type": "library", "bom-ref": str(i), "name": n, "version": v, "purl": purl_of(ecosystem, n, v)}
        for i, (n, v) in enumerate(versions)]}
    if system:
        document["components"].append({"type": "operating-system", "bom-ref": "os", "name": SYSTEMS[system[0]][2],
                                       "version": system[1] or "20230201"})
    return document

found, all_of = {}, set()
for file in sorted(os.listdir(sys.argv[1])):
    if not file.endswith(".jsonl.zst"):
        continue
    text = subprocess.run(["zstd", "-dcq", sys.argv[1] + "/" + file], capture_output=True, check=True).stdout
    lines = text.split(b"\n")
    for line in lines[:: max(1, len(lines) // 2500)]:
        if not line.startswith(b"{") or b'"affected"' not in line:
            continue
        record = json.loads(line)
        all_of |= {a.get("package", {}).get("ecosystem") or "?" for a in record["affected"]}
        facts = facts_of(record)
        if facts:
            found.setdefault(facts[0], []).append((record["id"], facts[1], facts[2], facts[3]))
for ecosystem, records in sorted(found.items()):
    records = records[:: max(1, len(records) // PER_ECOSYSTEM)][:PER_ECOSYSTEM]
    base = ecosystem.replace(":", "_").replace("/", "_")
    for i, form in ((2, "affected"), (3, "fixed")):
        json.dump(bom(ecosystem, sorted({(r[1], r[i]) for r in records})), open("%s.%s.json" % (base, form), "w"))
    with open(base + ".want", "w") as out:
        for r in records:
            out.write("\t".join(r) + "\n")
    print(base)
for ecosystem in sorted(all_of - set(found)):
    print("-", ecosystem)
END
cat >judge.py <<'END'
"""judge.py WANT AFFECTED FIXED: the reports of both"""
import json, sys
def findings(path):
    out = {}
    for f in json.load(open(path))["findings"]:
        # Package URLs of some types are in lower case.
        out.setdefault(f["package"].lower(), []).append((f["installed"], {f["id"], f["advisory"], *f["aliases"], *f.get("advisories", [])}, f["advisory"]))
    return out
affected, fixed = findings(sys.argv[2]), findings(sys.argv[3])
missed = false = n = 0
for line in open(sys.argv[1]):
    record, name, bad, good = line.rstrip("\n").split("\t")
    n += 1
    strip = lambda v: v.removeprefix("v")
    if not any(strip(v) == strip(bad) for v, ids, _ in affected.get(name.lower(), [])):
        print("not found:", record, name, bad)
        missed += 1
    if any(strip(v) == strip(good) and advisory == record for v, _, advisory in fixed.get(name.lower(), [])):
        print("found though fixed:", record, name, good)
        false += 1
print(n, "records,", missed, "missed,", false, "false")
sys.exit(1 if missed or false or not n else 0)
END
expect "the data is imported" 0 "$SEAWALL" db import --db all.db "$data"
expect "samples are taken" 0 python3 sample.py "$data"
cp out list
ecosystems=$(grep -v '^-' list)
[ "$(echo "$ecosystems" | wc -l)" -ge 15 ] && ok "ecosystems enough" || not_ok "ecosystems enough" "$ecosystems"
scan() { # NAME
	"$SEAWALL" scan --db all.db --scanners vuln -f json -o "$1.report" "sbom:$1.json"
}
for e in $ecosystems; do
	expect "$e: affected versions are scanned" 0 scan "$e.affected"
	expect "$e: fixed versions are scanned" 0 scan "$e.fixed"
	expect "$e: what a record calls affected is found, what it calls fixed is not" 0 \
		python3 judge.py "$e.want" "$e.affected.report" "$e.fixed.report"
done
sed -n 's/^- //p' list | while read -r e; do
	skip "$e" "no record in the sample says plainly from where to where, or it is no package that a scan knows"
done
