# SPDX-License-Identifier: Apache-2.0
# e2e: needs=python3,umoci
# What would pass for nothing unless it were told: lists without their key, a store of Nix without its database,
# statements about components that nobody knows, options of other scanners.
. "$SOURCE/tests/e2e/lib.sh"
export HOME="$W" XDG_CACHE_HOME="$W/cache"

scan() { # REPORT TARGET [OPTION]...
	out=$1
	shift
	"$SEAWALL" scan --scanners vuln --list-all-packages -f json -o "$out" "$@"
}
equal() { # NAME GOT WANT
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "'$2' is not '$3'"; fi
}
# told REPORT PATH TEXT: so it stands under not_examined
told() {
	python3 - "$@" <<'PYTHON'
import json, sys
report, path, text = sys.argv[1:]
data = json.load(open(report))
lines = [n for n in data["not_examined"] if n.get("path", "") == path]
print(lines, data.get("status"))
sys.exit(0 if any(text in n["reason"] for n in lines) else 1)
PYTHON
}

# ---- lists without what they always have ----
mkdir -p p/php p/r p/conda p/julia
printf '{}\n' | tee p/php/composer.lock >p/r/renv.lock
printf 'name: x\ndependencies: {numpy: 1.24.0}\n' >p/conda/environment.yml
printf '[[deps.A]]\nuuid = "u"\nversion = "1.2.3"\n' >p/julia/Manifest.toml
expect "a project with lists that lack their key is scanned" 0 scan gaps.json "dir:$W/p"
expect "composer.lock is named with its key" 0 told gaps.json php/composer.lock "always has: packages"
expect "renv.lock is named with its key" 0 told gaps.json r/renv.lock "always has: Packages"
expect "environment.yml is named with its key" 0 told gaps.json conda/environment.yml "such a file: dependencies"
expect "Manifest.toml is named with its key" 0 told gaps.json julia/Manifest.toml "always has: manifest_format"
has "what Manifest.toml lists is read all the same" gaps.json '"name": "A"'
has "the project is partly read" gaps.json '"status": "partly_read"'

# ---- a store of Nix without its database ----
store=0123456789abcdfghijklmnpqrsvwxyz
mkdir -p n/etc "n/nix/store/$store-jq-1.7.1/bin" "n/nix/store/$store-openssl-3.0.13-bin/bin" \
	"n/nix/store/$store-openssl-3.0.13/lib" "n/nix/store/$store-builder.sh"
printf 'ID=nixos\nVERSION_ID="24.05"\n' >n/etc/os-release
for f in jq-1.7.1/bin/jq jq-1.7.1/bin/more openssl-3.0.13-bin/bin/openssl openssl-3.0.13/lib/libssl.so.3 builder.sh/x; do
	echo content >"n/nix/store/$store-$f"
done
packed() { umoci init --layout img && umoci new --image img:one && umoci insert --image img:one n /; }
expect "an image is made of it" 0 packed
nix() { # REPORT
	python3 - "$1" <<'PYTHON'
import json, sys
got = sorted((p["name"], p["version"], p["form"], p["path"]) for p in json.load(open(sys.argv[1]))["packages"] if p["kind"] == "nix")
s = "nix/store/0123456789abcdfghijklmnpqrsvwxyz-"
print(got)
names = [g[:3] for g in got]
sys.exit(0 if names == [("jq", "1.7.1", "guessed"), ("openssl", "3.0.13", "guessed")] and all(g[3].startswith(s) for g in got) else 1)
PYTHON
}
expect "an image with a store of Nix is scanned" 0 scan nix.json oci:img:one
expect "its packages are listed by name" 0 nix nix.json
expect "the same store as a root folder is scanned" 0 scan nixdir.json "dir:$W/n"
expect "its packages are the same" 0 nix nixdir.json

# ---- statements about refs ----
printf '%s\n' '{"schema_version":"1.6.0","id":"CVE-2099-0001","modified":"2026-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"left"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}' >osv.jsonl
expect "a record is imported" 0 "$SEAWALL" db import --db db osv.jsonl
serial=3e671687-395b-41f5-a30f-a58921a69b79
bom="{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"serialNumber\":\"urn:uuid:$serial\",\"version\":1,\"components\":[{\"type\":\"library\",\"bom-ref\":\"c7\",\"name\":\"left\",\"version\":\"1.0.0\",\"purl\":\"pkg:npm/left@1.0.0\"}]}"
printf '%s\n' "$bom" >app.cdx.json
vex() { # REF
	printf '{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"vulnerabilities":[{"id":"CVE-2099-0001","analysis":{"state":"not_affected","detail":"why"},"affects":[{"ref":"%s"}]}]}\n' "$1"
}
vex "urn:cdx:$serial/1#c7" >link.json
vex "c7" >plain.json
vex "urn:cdx:$serial/1#c8" >gone.json
findings() { # REPORT
	python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); print(len(d["findings"]), len(d["suppressed"]))' "$1"
}
expect "without statements the flaw counts" 0 scan vex0.json --db db sbom:app.cdx.json
equal "one finding" "$(findings vex0.json)" "1 0"
expect "a BOM-Link by the serial number of the list is followed" 0 scan vex1.json --db db --vex link.json sbom:app.cdx.json
equal "the finding is excused" "$(findings vex1.json)" "0 1"
for kind in plain gone; do
	scan vex2.json --db db --vex $kind.json sbom:app.cdx.json 2>err
	equal "$kind: a ref that nobody knows excuses nothing" "$(findings vex2.json)" "1 0"
	has "$kind: that is told" err "not known in this target"
	has "$kind: and stands in the report" vex2.json "excuses nothing"
done

# ---- options of others ----
refused() { # NAME TEXT ARGUMENT...
	name=$1 text=$2
	shift 2
	"$SEAWALL" "$@" >out 2>err
	equal "$name: exit status" "$?" 2
	has "$name: says what to write" err "$text"
	equal "$name: in one line" "$(wc -l <err)" 1
}
refused exit-code 'fail-on LEVEL' scan --exit-code 1 debian:12
refused pkg-types 'both read' scan --pkg-types os debian:12
refused skip-db-update 'seawall db update' scan --skip-db-update debian:12
refused only-fixed 'ignore-unfixed' scan --only-fixed debian:12
refused by-cve 'always by CVE' scan --by-cve debian:12
refused all-layers 'finished image' scan --scope all-layers debian:12
refused output-form 'the form is -f json' scan -o json debian:12
refused output-form-sbom 'the form is -f spdx-json' sbom -o spdx-json debian:12
refused image "here 'seawall scan REF'" image debian:12
LC_ALL=ja_JP.UTF-8 && export LC_ALL
refused japanese '終了コード' scan --exit-code 1 debian:12
