# SPDX-License-Identifier: Apache-2.0
# e2e: timeout=300 needs=python3
# Lock files of many package managers in one tree, and a bill of materials: what is found is what the
# advisories say about those versions, with small records of our own and with real ones.
. "$SOURCE/tests/e2e/lib.sh"

osv() { # ECOSYSTEM NAME ID INTRODUCED FIXED
	printf '{"schema_version":"1.6.0","id":"%s","modified":"2025-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"%s","name":"%s"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"%s"},{"fixed":"%s"}]}]}]}\n' \
		"$3" "$1" "$2" "$4" "$5"
}

tree() { # FOLDER: one file of each package manager
	mkdir -p "$1"
	printf '{"name":"app","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"app","version":"1.0.0","dependencies":{"lodash":"^4.17.20"}},"node_modules/lodash":{"version":"4.17.20"},"node_modules/@scope/x":{"version":"2.0.0-rc.1"}}}\n' >"$1/package-lock.json"
	printf 'Django==3.2.0\nurllib3==1.26.4\n' >"$1/requirements.txt"
	printf 'module example.com/app\n\ngo 1.21\n\nrequire golang.org/x/text v0.3.6\n' >"$1/go.mod"
	printf 'version = 3\n\n[[package]]\nname = "time"\nversion = "0.1.42"\nsource = "registry+https://example.org/index"\n' >"$1/Cargo.lock"
	printf 'GEM\n  remote: https://example.org/\n  specs:\n    activesupport (6.0.2.1)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  activesupport\n' >"$1/Gemfile.lock"
	printf '{"packages":[{"name":"symfony/http-kernel","version":"v4.4.12"}],"packages-dev":[]}\n' >"$1/composer.lock"
	printf 'org.apache.logging.log4j:log4j-core:2.14.1=runtimeClasspath\nempty=\n' >"$1/gradle.lockfile"
}

facts() { # NAME REPORT FACTS: lines "PACKAGE ID FIXED" (- none), or "PACKAGE !ID": no such finding
	if python3 - "$2" "$3" <<'PYTHON' >"$W/out" 2>"$W/err"; then ok "$1"; else not_ok "$1" "facts do not hold"; fi
import json, sys
findings = {(f["package"], f["id"]): f["fixed"] or "-" for f in json.load(open(sys.argv[1]))["findings"]}
wrong = lines = 0
for line in open(sys.argv[2]):
    package, flaw, *fixed = line.split()
    lines += 1
    if flaw.startswith("!"):
        bad = (package, flaw[1:]) in findings
    else:
        bad = findings.get((package, flaw)) != fixed[0]
    if bad:
        print("not so:", line.strip(), "got", findings.get((package, flaw.lstrip("!"))))
        wrong += 1
sys.exit(1 if wrong or not lines else 0)
PYTHON
}

# ---- records of our own ----
tree app
{
	osv npm lodash CVE-2030-0001 0 4.17.21
	osv npm @scope/x CVE-2030-0002 1.0.0 2.0.0
	osv npm @scope/x CVE-2030-0003 2.0.0 2.1.0
	osv PyPI django CVE-2030-0004 3.2 3.2.5
	osv PyPI urllib3 CVE-2030-0005 0 1.26.4
	osv Go golang.org/x/text CVE-2030-0006 0 0.3.7
	osv crates.io time CVE-2030-0007 0.1.0 0.2.0
	osv RubyGems activesupport CVE-2030-0008 6.0.0 6.0.3.1
	osv Packagist Symfony/Http-Kernel CVE-2030-0009 4.4.0 4.4.13
	osv Maven org.apache.logging.log4j:log4j-core CVE-2030-0010 2.0-beta9 2.15.0
	osv Maven org.apache.logging.log4j:log4j-core CVE-2030-0011 2.15.0-rc1 2.16.0
} >own.jsonl
expect "own records are imported" 0 "$SEAWALL" db import --db own.db own.jsonl
expect "a tree of lock files is scanned" 0 "$SEAWALL" scan --db own.db -f json -o own.json "dir:$W/app"
cat >own.facts <<'E2'
lodash CVE-2030-0001 4.17.21
@scope/x CVE-2030-0002 2.0.0
@scope/x !CVE-2030-0003
Django CVE-2030-0004 3.2.5
urllib3 !CVE-2030-0005
golang.org/x/text CVE-2030-0006 0.3.7
time CVE-2030-0007 0.2.0
activesupport CVE-2030-0008 6.0.3.1
symfony/http-kernel CVE-2030-0009 4.4.13
org.apache.logging.log4j:log4j-core CVE-2030-0010 2.15.0
org.apache.logging.log4j:log4j-core !CVE-2030-0011
E2
facts "each ecosystem by its own order" own.json own.facts
has "the repair is the package manager's" own.json '"upgrade": "npm install lodash@4.17.21"'
has "the repair of what others need is in the manifest" own.json '"upgrade": "npm pkg set overrides.@scope/x=2.0.0 && npm install"'

# ---- real advisories ----
data=${SEAWALL_DATA:-$SOURCE/../shared/data}/advisories
if [ ! -d "$data" ]; then
	skip "real advisories" "no advisory data in $data"
	exit 0
fi
files=
for set in npm npm-malicious pypi go crates.io rubygems packagist maven-projectkb nuget-retirenet bitnami; do
	files="$files $data/$set.jsonl.zst"
done
# shellcheck disable=SC2086 # a list of files
expect "real advisories are imported" 0 "$SEAWALL" db import --db real.db $files
expect "the tree is scanned with them" 0 "$SEAWALL" scan --db real.db -f json -o real.json "dir:$W/app"
cat >real.facts <<'E2'
lodash CVE-2021-23337 4.17.21
lodash !CVE-2019-10744
Django CVE-2021-35042 3.2.5
Django !CVE-2021-23336
urllib3 CVE-2021-33503 1.26.5
urllib3 !CVE-2020-26137
golang.org/x/text CVE-2021-38561 0.3.7
time CVE-2020-26235 0.2.0
activesupport CVE-2020-8165 6.0.3.1
activesupport !CVE-2015-3227
symfony/http-kernel CVE-2020-15094 4.4.13
org.apache.logging.log4j:log4j-core CVE-2021-44228 -
E2
facts "known flaws of old versions" real.json real.facts
printf '{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[%s]}\n' "$(
	for purl in bitnami/redis@7.0.11-3 bitnami/valkey@99.0.0 nuget/system.net.http@4.3.0 golang/stdlib@1.21.8 golang/stdlib@99.0.0 npm/0-shadowenv@1.0.0 npm/lodash@4.17.21 maven/org.apache.logging.log4j/log4j-core@2.17.1; do
		name=${purl##*/}
		printf '%s{"type":"library","name":"%s","version":"%s","purl":"pkg:%s"}' "${comma-}" "${name%@*}" "${name##*@}" "$purl"
		comma=,
	done
)" >bill.json
expect "a bill of materials is scanned with them" 0 "$SEAWALL" scan --db real.db -f json -o bill.out "sbom:$W/bill.json"
cat >bill.facts <<'E2'
redis CVE-2022-24834 7.0.12
system.net.http CVE-2018-8292 -
stdlib CVE-2024-24790 1.21.11
0-shadowenv MAL-2022-10 -
lodash !CVE-2021-23337
valkey !CVE-2024-46981
org.apache.logging.log4j:log4j-core !CVE-2021-44228
E2
facts "ecosystems without lock files here" bill.out bill.facts
