#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Plays the environments of pipelines: metadata, gate, severities, forms of reports, other scanners' results.
# e2e: timeout=240
. "$SOURCE/tests/e2e/lib.sh"

mkdir -p root/etc root/var/lib/dpkg
printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n' >root/etc/os-release
printf 'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 4.2-1\n' >root/var/lib/dpkg/status
mkdir records
cat >records/CVE-2099-1.json <<'END'
{"id":"DSA-9-1","aliases":["CVE-2099-1"],"modified":"2026-11-20T00:00:00Z","published":"2026-01-01T00:00:00Z",
"summary":"A hole","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
"affected":[{"package":{"ecosystem":"Debian:12","name":"bash"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"5.0-1"}]}]}]}
END
XDG_CACHE_HOME=$W/cache
export XDG_CACHE_HOME
expect import 0 "$SEAWALL" db import records

scan() { env -i PATH="$PATH" XDG_CACHE_HOME="$XDG_CACHE_HOME" "$@"; }

# ---- the three pipelines of doc/pipelines.md, and one that is none ----
expect github 0 scan GITHUB_ACTIONS=true GITHUB_WORKFLOW=build GITHUB_RUN_ID=42 GITHUB_RUN_NUMBER=7 \
	GITHUB_SERVER_URL=https://github.example.com GITHUB_REPOSITORY=org/app GITHUB_SHA=0123abc \
	GITHUB_REF=refs/heads/main GITHUB_ACTOR=octo "$SEAWALL" scan -q -f json -o github.json --ci-metadata auto dir:root
has github-run github.json '"run_url": "https://github.example.com/org/app/actions/runs/42"'
has github-branch github.json '"branch": "main"'
expect gitlab 0 scan GITLAB_CI=true CI_PROJECT_PATH=group/app CI_PIPELINE_ID=9 CI_COMMIT_SHA=feed \
	CI_PIPELINE_URL=https://gitlab.example.com/group/app/-/pipelines/9 CI_COMMIT_BRANCH=dev \
	"$SEAWALL" scan -q -f json -o gitlab.json --ci-metadata auto dir:root
has gitlab-run gitlab.json '"run_url": "https://gitlab.example.com/group/app/-/pipelines/9"'
expect azure 0 scan TF_BUILD=True BUILD_DEFINITIONNAME=nightly BUILD_BUILDID=77 BUILD_SOURCEVERSION=beef \
	SYSTEM_COLLECTIONURI=https://dev.azure.example.com/org/ 'SYSTEM_TEAMPROJECT=My App' \
	BUILD_SOURCEBRANCH=refs/heads/main "$SEAWALL" scan -q -f json -o azure.json --ci-metadata auto dir:root
has azure-run azure.json '"run_url": "https://dev.azure.example.com/org/My%20App/_build/results?buildId=77"'
expect none 0 scan "$SEAWALL" scan -q -f json -o none.json --ci-metadata auto dir:root
lacks no-pipeline none.json '"ci"'
expect sarif 0 scan "$SEAWALL" scan -q -f sarif -o own.sarif dir:root \
	--ci-metadata commit=abc,branch=main,run_id=1,repository_url=https://git.example.com/app
has sarif-commit own.sarif '"revisionId": "abc"'
expect unknown-key 2 scan "$SEAWALL" scan --ci-metadata colour=red dir:root

# ---- snapshot: needs a commit ----
expect snapshot-without-commit 2 scan "$SEAWALL" scan -f github dir:root
expect snapshot 0 scan GITHUB_ACTIONS=true GITHUB_SHA=0123 GITHUB_REF=refs/heads/main GITHUB_RUN_ID=1 \
	GITHUB_WORKFLOW=w GITHUB_JOB=j "$SEAWALL" scan -q -f github -o snapshot.json dir:root
has snapshot-package snapshot.json '"package_url": "pkg:deb/debian/bash@4.2-1?arch=amd64&distro=debian-12"'

# ---- gate ----
expect gate-default 1 "$SEAWALL" scan -q --gate default -f json -o gate.json dir:root
has gate-result gate.json '"result": "fail"'
expect gate-is-not-filtered 1 "$SEAWALL" scan -q --gate default --severity low dir:root
printf 'gates:\n  mine:\n    extends: strict\n    limits: {critical: 1}\n    max_database_age: any\n  other: {extends: none}\n' >gate.yaml
expect gate-needs-a-name 3 "$SEAWALL" scan -q --gate gate.yaml dir:root
expect gate-of-file 0 "$SEAWALL" scan -q --gate gate.yaml#mine --skip-dirs nowhere -f json -o mine.json --scanners vuln,secret dir:root
has gate-name mine.json '"name": "mine"'
expect gate-missing 3 "$SEAWALL" scan --gate nothing.yaml dir:root
mkdir empty
expect gate-of-nothing 1 "$SEAWALL" scan -q --gate default dir:empty

# ---- severities ----
printf 'severities:\n- {id: CVE-2099-1, at_most: low, reason: the shell is never started}\n' >map.yaml
expect map 0 "$SEAWALL" scan -q --severity-map map.yaml --gate default -f json -o map.json dir:root
has map-before map.json '"severity_before": "critical"'
has map-reason map.json '"severity_reason": "the shell is never started"'
expect three-levels 1 "$SEAWALL" scan -q --severity-map three-levels --fail-on high -f json -o three.json dir:root
has three-high three.json '"severity": "high"'

# ---- exceptions of a tenant ----
printf 'exceptions:\n- {category: os_package, severity_from: high, scope: shop-*, reason: r, author: a, expires: %s}\n' \
	"$(date -u -d '+30 days' +%Y-%m-%d)" >shop.seawallignore.yaml
expect exception-of-others 1 "$SEAWALL" scan -q --fail-on low --ignorefile shop.seawallignore.yaml dir:root
expect exception-of-tenant 0 "$SEAWALL" scan -q --fail-on low --scope shop-eu --ignorefile shop.seawallignore.yaml dir:root

# ---- exceptions kept centrally: they hold at once, and without them nothing passes ----
mkdir central
sed 's/scope: shop-\*, //' shop.seawallignore.yaml >central/all.seawallignore.yaml
cat >central.py <<'END'
import functools, http.server, os
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory="central")
with http.server.HTTPServer(("127.0.0.1", 0), handler) as s:
    with open("port.new", "w") as f:
        f.write(str(s.server_address[1]))
    os.rename("port.new", "port")
    s.serve_forever()
END
server python3 central.py
await test -s port
central=http://127.0.0.1:$(cat port)
expect central 0 "$SEAWALL" scan -q --fail-on low --ignorefile "$central/all.seawallignore.yaml" dir:root
expect central-gone 3 "$SEAWALL" scan -q --ignorefile "$central/gone.seawallignore.yaml" dir:root
expect central-offline 2 "$SEAWALL" scan -q --offline --ignorefile "$central/all.seawallignore.yaml" dir:root
expect central-plain 2 "$SEAWALL" scan -q --ignorefile http://example.com/all.seawallignore.yaml dir:root

# ---- templates ----
cat >report.tpl <<'END'
{{- range . }}{{ .Target }}:{{ range .Vulnerabilities }}{{ .VulnerabilityID }}={{ .Vulnerability.Severity }}{{ end }}{{ end }}
END
expect template 0 "$SEAWALL" scan -q -f template --template @report.tpl -o out.txt dir:root
has template-text out.txt 'dir:root (debian 12):CVE-2099-1=CRITICAL'
printf '{{ range . }}' >bad.tpl
expect template-broken 3 "$SEAWALL" scan -q -f template --template bad.tpl -o bad.txt dir:root
expect template-missing 2 "$SEAWALL" scan -f template dir:root
for form in trivy gitlab-secrets gitlab-codequality; do
	expect "form-$form" 0 "$SEAWALL" scan -q -f "$form" -o "form.$form" dir:root
done
has codequality form.gitlab-codequality '"check_name": "CVE-2099-1"'

# ---- other scanners ----
expect report 0 "$SEAWALL" report -q -f json -o merged.json gate.json form.trivy
has report-tools merged.json '"tools": ['
has report-source merged.json '"form": "trivy"'
expect report-gate 1 "$SEAWALL" report -q --gate default gate.json form.trivy
expect report-foreign-is-never-strict 1 "$SEAWALL" report -q --gate strict --severity-map map.yaml form.trivy
expect report-sarif 0 "$SEAWALL" report -q -f csv -o sarif.csv own.sarif
has report-sarif-package sarif.csv 'bash'

# Documents in other encodings, and the licences they tell.
cat >app.spdx <<'END'
SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: app
DocumentNamespace: https://example.com/app
Creator: Tool: maker-9
Created: 2026-01-02T03:04:05Z

PackageName: left
SPDXID: SPDXRef-left
PackageVersion: 1
PackageDownloadLocation: NOASSERTION
PackageLicenseDeclared: GPL-3.0-only
ExternalRef: PACKAGE-MANAGER purl pkg:npm/left@1
ExternalRef: SECURITY advisory https://example.com/CVE-2030-0001
END
cat >app.xml <<'END'
<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><metadata><component type="container"><name>app</name></component></metadata>
<components><component type="library" bom-ref="r"><name>left</name><version>1</version><purl>pkg:npm/left@1</purl></component></components>
<vulnerabilities><vulnerability><id>CVE-2030-0001</id><ratings><rating><severity>high</severity></rating></ratings>
<affects><target><ref>r</ref></target></affects></vulnerability></vulnerabilities></bom>
END
printf 'gates:\n  ours:\n    extends: none\n    licences: {denied: 0}\n' >licence-gate.yaml
expect report-spdx-and-xml 0 "$SEAWALL" report -q -f csv -o both.csv app.spdx app.xml
has report-spdx-and-xml-are-one both.csv '"CVE-2030-0001","high"'
expect report-without-licences-does-not-pass 1 "$SEAWALL" report -q --gate licence-gate.yaml app.spdx
has report-without-licences-says-why out 'licences were not looked for'
expect report-with-licences-passes 0 "$SEAWALL" report -q --gate licence-gate.yaml --license-allow 'GPL-*' app.spdx
expect report-with-a-denied-licence 1 "$SEAWALL" report -q --gate licence-gate.yaml --license-deny 'GPL-*' app.spdx
has report-with-a-denied-licence-says-so out '1 licences (denied), 0 allowed'
"$SEAWALL" report -q -f json -o free.json --license-allow 'GPL-*' app.spdx
"$SEAWALL" report -q -f json -o denied.json --license-deny 'GPL-*' app.spdx
expect diff-of-licences 1 "$SEAWALL" diff --fail-on critical -f json -o diff.json free.json denied.json
has diff-of-licences-names-it diff.json '"package_kind": "license"'
has diff-of-licences-names-the-cause diff.json '"cause": "option"'
expect report-of-nothing 3 "$SEAWALL" report root/etc/os-release
expect diff-with-import 0 "$SEAWALL" diff -q merged.json merged.json
