# SPDX-License-Identifier: Apache-2.0
# e2e: timeout=300 needs=jq,python3,shellcheck
# `check docker --facts`: the benchmark over saved facts, with every option; reports in all forms; the repair script, run in a
# root of its own; hostile names; machines that are not applicable, and engines that cannot be asked.
. "$SOURCE/tests/e2e/lib.sh"
facts=$SOURCE/tests/data/posture/docker.json
unset DOCKER_HOST
check() { "$SEAWALL" check docker -q "$@"; }
holds() { # NAME FILE EXPRESSION: jq says true of it
	if jq -e "$3" "$2" >"$W/out" 2>"$W/err"; then ok "$1"; else not_ok "$1" "$3 is not so"; fi
}
control() { printf '(.controls[] | select(.number == "%s"))' "$1"; }
change() { jq "$1" "$facts"; } # facts in which something differs

# ---- verdicts ----
expect "facts are judged" 0 check --facts "$facts" -f json -o all.json
holds "every control of the version, by number" all.json \
	'(.controls | length) == 118 and .controls[0].number == "1.1.1" and .controls[17].number == "1.1.18" and .controls[117].number == "7.9"'
holds "one of six results each" all.json '[.controls[].status] - ["pass", "fail", "manual", "exempt", "not_applicable", "error"] == []'
holds "counts are those of the controls" all.json '.summary as $s | [.controls[].status] as $c | ["pass", "fail", "manual", "not_applicable", "error"] | all(. as $k | $s[$k] == ([$c[] | select(. == $k)] | length))'
holds "the score is passed / (passed + failed + errors)" all.json '.summary | .score == ((100 * .pass / (.pass + .fail + .error)) + 0.5 | floor)'
holds "sections add up" all.json '.summary.pass == ([.sections[].pass] | add) and (.sections | length) == 7'
holds "what was seen is kept" all.json "$(control 2.16) | .seen[0].evidence == \"LiveRestoreEnabled: true, swarm: inactive\""
holds "a manual one says what to look at" all.json "$(control 1.1.2) | .status == \"manual\" and (.findings[0].message | contains(\"alice\"))"
holds "what is not applicable says why" all.json "$(control 7.1) | .status == \"not_applicable\" and .reason == \"the host is in no swarm\""
holds "the machine is described" all.json '.engine | .version == "20.10.24" and .images == 1 and .images_in_use == 1 and .containers_running == 1 and .containers_stopped == 0 and .storage_driver == "overlay2" and .swarm == "inactive" and (.listeners | length) == 3'
holds "all failures are one recommendation" all.json '.recommendation | .assessment == "0677209d-e675-2c6f-e91a-54cef2878663" and .policies == ["e8cbc669-f12d-49eb-93e7-9273119e9933"] and .controls == ["remediate-security-configurations"] and .state == "unhealthy" and .resource_kind == "machine"'
holds "with a finding for each failed control" all.json '(.recommendation.findings | map(.number)) == [.controls[] | select(.status == "fail") | .number]'
for version in 1.2.0:115 1.3.1:124 1.6.0:117 1.7.0:117; do
	expect "version ${version%:*}" 0 check --facts "$facts" --benchmark "${version%:*}" -f json -o v.json
	holds "version ${version%:*} has its controls" v.json "(.controls | length) == ${version#*:}"
done
expect "standard input" 0 sh -c '"$SEAWALL" check docker -q --facts - -f json <"$1" >in.json' - "$facts"
sed 's/"source": "-"/"source": "FILE"/' in.json >a && sed "s|$facts|FILE|" all.json >b
same "the same from there" a b

# ---- choice ----
expect "controls by number and pattern" 0 check --facts "$facts" --control 2.8,5.4 --control '3.1*' -f json -o c.json
holds "only those" c.json '[.controls[].number] == ["2.8", "3.1", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15", "3.16", "3.17", "3.18", "3.19", "5.4"]'
expect "a control that is none" 2 check --facts "$facts" --control 99.1
has "is named" "$W/err" "'99.1' is no control of version 1.8.0"
expect "a profile" 0 check --facts "$facts" --level 1 -f json -o l.json
holds "level 1 alone" l.json '[.controls[].level] | unique == [1]'
expect "left out" 0 check --facts "$facts" --exclude 5.4,CIS-DOCKER-2.8 -f json -o x.json
holds "they are left out and said" x.json '(.controls | length) == 116 and .excluded_controls == ["2.8", "5.4"]'
expect "names" 0 check --facts "$facts" --exclude-name web -f json -o n.json
holds "a container is left out and counted" n.json ".filtered == {containers: 1, images: 0, names: [\"web\"]} and ($(control 5.4) | .status == \"not_applicable\")"
expect "names of images" 0 check --facts "$facts" --include-name 'registry.example.com/*' -f json -o n.json
holds "a pattern includes" n.json '.summary.images == 1 and .summary.containers == 0'
expect "severities" 0 check --facts "$facts" --severity critical -f json -o s.json
holds "of the others the number is said" s.json '[.controls[].severity] | unique == ["critical"]'
holds "and the totals stay" s.json '.summary.controls_hidden > 100 and .summary.pass > 80'

# ---- exit status ----
change '.containers[0].inspect.HostConfig.Privileged = true | .host.files.daemon_json[0].mode = 511 | .host.files.daemon_json[0].mode_text = "0777"' >bad.json
expect "findings without --fail-on" 0 check --facts bad.json
expect "--fail-on" 1 check --facts bad.json --fail-on critical
expect "--fail-on of what is fine" 0 check --facts "$facts" --fail-on critical
expect "--fail-on of what is not shown" 0 check --facts bad.json --fail-on critical --severity low
change 'del(.host.daemon.settings, .host.daemon.settings_complete) | .host.not_read = [{what: "daemon.settings", reason: "permission denied", remedy: "run as root"}]' >unread.json
expect "--fail-on of what could not be judged" 3 check --facts unread.json --control 2.17 --fail-on low
expect "errors" 0 check --facts unread.json -f json -o u.json
holds "name reason and remedy" u.json "$(control 2.17) | .status == \"error\" and (.reason | contains(\"permission denied\") and contains(\"run as root\"))"
holds "and what could not be read is listed" u.json '.not_read[0] == {document: "one", what: "daemon.settings", reason: "permission denied", remedy: "run as root"}'
expect "no engine" 0 sh -c 'echo "{\"host\":{\"kind\":\"docker\",\"engine\":{\"present\":false,\"answers\":false},\"not_read\":[]},\"containers\":[],\"images\":[]}" | "$SEAWALL" check docker -q --facts - -f json --fail-on low >none.json'
holds "is not applicable and compliant" none.json '.summary.not_applicable == 118 and .recommendation.state == "not_applicable" and .recommendation.compliant'
change '.host.platform.kubelet = {provider_id: "", labels: {"eks.amazonaws.com/nodegroup": "a"}, source: "x"} | .containers[0].host.platform = .host.platform | .images[0].host_platform = .host.platform' >managed.json
expect "a machine that somebody else manages" 0 check --facts managed.json -f json -o m.json
holds "is not applicable, too" m.json ".summary.not_applicable == 118 and ($(control 5.4) | .reason | contains(\"managed by\"))"
change '.host.engine |= (.answers = false | .error = "permission denied" | del(.info, .version)) | .host.not_read = [{what: "engine.info", reason: "permission denied", remedy: "run as root"}] | .containers = [] | .images = []' >silent.json
expect "an engine that cannot be asked" 3 check --facts silent.json -f json -o silent.out
holds "the report says what could be judged" silent.out "($(control 3.18) | .status == \"pass\") and ($(control 5.4) | .status == \"error\") and .summary.error > 40"
jq 'del(.images)' "$facts" >no_images.json
expect "facts without the images" 0 check --facts no_images.json -f json -o ni.json
holds "their controls are errors" ni.json "$(control 4.6) | .status == \"error\" and .reason == \"images: not in the facts (gather the facts with them)\""
printf '{"a": 1}' >odd.json
expect "what is no facts" 3 check --facts odd.json
expect "no such file" 3 check --facts nowhere.json
expect "--facts and --host" 2 check --facts "$facts" --host unix:///x

# ---- what the operator says ----
cat >settings.yaml <<'END'
trusted_docker_users: [alice]
minimum_engine_version: 20.10
attestations:
  - {control: 1.2.1, date: 2026-11-01, by: platform team, note: baseline 7}
END
expect "settings" 0 check --facts "$facts" --settings settings.yaml -f json -o set.json
holds "decide what was open" set.json "[$(control 1.1.2), $(control 1.2.2) | .status] == [\"pass\", \"pass\"]"
printf 'trusted_docker_users: [alice]\ntrusted_user: [bob]\n' >wrong.yaml
expect "a misspelt setting" 2 check --facts "$facts" --settings wrong.yaml
has "is named with its line" "$W/err" "wrong.yaml line 2: trusted_user: unknown key"

# ---- exceptions ----
cat >.seawallignore.yaml <<'END'
exceptions:
  - {id: CIS-DOCKER-5.5, path: web, reason: needs the device, author: platform, expires: 2099-01-01, approver: board}
  - {id: SW-DOCKER-3.18, path: /etc/docker/daemon.json, reason: for a week, author: platform, expires: 2020-01-01}
  - {id: SW-DOCKER-2.2, reason: not needed, author: platform, expires: 2099-01-01, approver: board}
END
expect "exceptions" 0 check --facts bad.json -f json -o exempt.json
holds "one container is exempt" exempt.json "$(control 5.5) | .status == \"exempt\" and .findings[0].exemption.reason == \"needs the device\" and .findings[0].exemption.underlying == \"fail\""
holds "what has expired hides nothing" exempt.json "$(control 3.18) | .status == \"fail\""
holds "they are listed" exempt.json '[.exceptions[] | [.matched, .expired, .unused]] == [[1, false, false], [0, true, false], [0, false, true]]'
expect "without them" 0 check --facts bad.json --no-local-exceptions -f json -o bare.json
holds "it fails" bare.json "$(control 5.5) | .status == \"fail\""
rm .seawallignore.yaml

# ---- baseline ----
expect "a baseline of the same" 0 check --facts bad.json --baseline bare.json --fail-on low -f json -o same.json
holds "nothing is new" same.json '.baseline.new == 0 and .baseline.changed == 0 and .baseline.known > 0 and .baseline.fixed == []'
expect "a baseline of before" 1 check --facts bad.json --baseline all.json --fail-on low -f json -o new.json
holds "what is new is marked" new.json "($(control 5.5) | .baseline == \"new\" and .findings[0].baseline == \"new\") and .baseline.new >= 2"
expect "what is fixed" 0 check --facts "$facts" --baseline bare.json --fail-on low -f json -o fixed.json
holds "is listed" fixed.json '[.baseline.fixed[].number] | index("5.5") != null and index("3.18") != null'
expect "in the table" 0 check --facts "$facts" --baseline bare.json
has "too" "$W/out" "fixed SW-DOCKER-5.5"
expect "another version of the benchmark" 0 check --facts bad.json --benchmark 1.2.0 --baseline bare.json --fail-on critical
expect "a baseline that is none" 3 check --facts bad.json --baseline "$facts"

# The recommendations on containers, too.
holds "a container that is new" new.json '[.recommendations[] | select(.id == "no-privileged-containers") | .resources[] | [.resource, .baseline]] == [["Container/web", "new"]] and .recommendations_baseline.new >= 1'
holds "the same is known" same.json '.recommendations_baseline | .new == 0 and .changed == 0 and .known >= 1 and .fixed == []'
holds "what is fixed of them" fixed.json '[.recommendations_baseline.fixed[] | [.id, .resource]] == [["no-privileged-containers", "Container/web"]]'
expect "they count for --fail-on" 1 check --facts bad.json --baseline all.json --exclude 5.5,5.22,3.18 --fail-on medium
expect "known ones do not" 0 check --facts bad.json --baseline bare.json --exclude 5.5,5.22,3.18 --fail-on low
expect "the repair of a container" 0 check --facts bad.json --fix-script -o fix.sh
has "is a comment that names it" fix.sh "#     docker run --name 'web' --cap-add CAPABILITY"
has "and the part of a Compose file" fix.sh "#         privileged: false"
expect "which a shell reads" 0 sh -n fix.sh
printf 'exceptions:\n  - {id: no-privileged-containers, path: Container/web, reason: x, author: y, expires: 2099-01-01, approver: board}\n' >.seawallignore.yaml
expect "an exception hides it" 0 check --facts bad.json --baseline all.json -f json -o ex.json
holds "it is neither new nor fixed" ex.json '.recommendations_baseline.new == 0 and ([.recommendations_baseline.fixed[] | .id] | index("no-privileged-containers")) == null'
expect "without what is exempt" 0 check --facts bad.json --fix-script -o fix2.sh
lacks "exempt ones are left out" fix2.sh "SW-REC-018"
rm .seawallignore.yaml
expect "the repair in Japanese" 0 check --facts bad.json --fix-script --lang ja
has "the repair in Japanese: the container" "$W/out" "手順なし: コンテナーの設定は起動時に決まる"
holds "json: a repair" bare.json '.recommendations[] | select(.id == "no-privileged-containers") | .fix | (.command | contains("docker run")) and .file == "compose.yaml" and .risk != ""'
expect "sarif of new ones" 0 check --facts bad.json --baseline all.json -f sarif -o sb.json
holds "sarif says so" sb.json '[.runs[1].results[] | select(.ruleId == "SW-REC-018") | .baselineState] == ["new"]'

# ---- wrong input ----
expect "a control that is misspelt" 2 check --facts "$facts" --control SW-DOCKER-5.44
has "the nearest one is named" "$W/err" "did you mean SW-DOCKER-5.14?"
expect "one that is left out, too" 2 check --facts "$facts" --exclude SW-DOKER-5.4
has "it is named" "$W/err" "'SW-DOKER-5.4' is no control of version 1.8.0"
printf 'scopes:\n  - name: prod\n    clusters: [nowhere]\n    rules:\n      container-cpu-memory-limits:\n        parameters:\n          memoryLimits: 1Gi\n' >p.yaml
expect "a misspelt parameter in the scope of another machine" 2 check --facts "$facts" --parameters p.yaml
has "with file, line, key and what is allowed" "$W/err" "p.yaml line 7: scope prod: rules.container-cpu-memory-limits.parameters.memoryLimits: unknown parameter; allowed: excludedContainers"
has "and what may have been meant" "$W/err" "did you mean memoryLimit?"
printf 'rules:\n  no-rot-user: {enforcement: audit}\n' >p.yaml
expect "a rule that is none" 2 check --facts "$facts" --parameters p.yaml
has "the nearest rule" "$W/err" "did you mean no-root-user?"
printf 'rules:\n  ingress-https-only: {enforcement: audit}\n  pod-security-standards: {parameters: {level: baseline}}\n' >p.yaml
expect "rules that are about clusters" 0 check --facts "$facts" --parameters p.yaml
printf 'trusted_docker_user: [bob]\n' >wrong.yaml
expect "the misspelt setting" 2 check --facts "$facts" --settings wrong.yaml
has "its nearest" "$W/err" "did you mean trusted_docker_users?"

# ---- forms ----
for form in table html markdown csv; do
	expect "form $form" 0 check --facts bad.json -f "$form" -o "r.$form"
	has "form $form names what is wrong" "r.$form" "/etc/docker/daemon.json"
done
lacks "html refers to nothing elsewhere" r.html 'src='
lacks "html has no script" r.html '<script'
expect "form junit" 0 check --facts bad.json -f junit -o j.xml
expect "junit: counts are those of the cases" 0 python3 - j.xml <<'END'
import sys, xml.dom.minidom as m
suites = m.parse(sys.argv[1]).getElementsByTagName("testsuite")
assert len(suites) >= 7
for s in suites:
    cases = s.getElementsByTagName("testcase")
    assert len(cases) == int(s.getAttribute("tests"))
    for tag, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert len(s.getElementsByTagName(tag)) == int(s.getAttribute(name)), (tag, s.getAttribute("name"))
END
expect "form sarif" 0 check --facts bad.json -f sarif -o s.json
holds "sarif: rules have their index, results their rule" s.json '.runs[0] | .tool.driver.rules as $r | .results | length > 1 and all($r[.ruleIndex].id == .ruleId)'
holds "sarif: kinds and levels fit" s.json '.runs[0].results | all((.kind == "fail" and .level != "none") or (.kind == "review" and .level == "none"))'
expect "form csv" 0 check --facts bad.json -f csv -o r.csv
expect "csv: every row is whole" 0 python3 -c 'import csv, sys; rows = list(csv.reader(open(sys.argv[1], newline=""))); assert len(rows) >= 119 and {len(r) for r in rows} == {19}' r.csv
expect "in Japanese" 0 check --facts bad.json --lang ja
has "in Japanese: the head" "$W/out" "スコア"
has "in Japanese: a finding" "$W/out" "モードが 0777"
lacks "in Japanese: no severity stays in English" "$W/out" "  medium"
lacks "in Japanese: nothing stays in English" "$W/out" "failed"
expect "in Japanese: what could not be read" 0 check --facts unread.json --lang ja --control 2.17 -o ja.txt
has "in Japanese: why" ja.txt "権限がない"
lacks "in Japanese: why, no English" ja.txt "permission denied"

# ---- hostile names ----
python3 - "$facts" >hostile.json <<'END'
import json, sys
doc = json.load(open(sys.argv[1]))
c = doc["containers"][0]
c["name"] = "a'b\x1b[31m\n$(touch pwned)`touch pwned`<script>alert(1)</script>\u202e|=1+1"
c["inspect"]["HostConfig"].update(Memory=0, CpuShares=0)
doc["host"]["host"]["name"] = "h\x1b]0;x\x07\n# x"
doc["host"]["files"]["tls_key"][0].update(path="-rf '/$(touch pwned)", mode=511, mode_text="0777")
json.dump(doc, sys.stdout)
END
for form in table markdown html csv junit sarif json; do
	expect "hostile names: form $form" 0 check --facts hostile.json -f "$form" -o "h.$form"
	if grep -qP '\x1b|\x07' "h.$form"; then not_ok "hostile names: $form has a control byte" "see h.$form"; else ok "hostile names: $form has no control byte"; fi
done
lacks "hostile names: no markup in html" h.html '<script>'
expect "hostile names: junit is XML" 0 python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' h.junit
expect "hostile names: the script" 0 check --facts hostile.json --fix-script -o h.sh
mkdir bin && printf '#!/bin/sh\nprintf "%%s\\n" "$@" >>"%s/docker.args"\n' "$W" >bin/docker && chmod 755 bin/docker
expect "hostile names: is quoted" 0 env PATH="$W/bin:$PATH" sh h.sh "$W/none"
if [ -e pwned ]; then not_ok "hostile names: nothing of them is run" "it was"; else ok "hostile names: nothing of them is run"; fi
sed 's/^root=.*/root=/; /^merge \|^line \|^chmod \|^chown /d' h.sh >h2.sh
expect "hostile names: are passed on whole" 0 env PATH="$W/bin:$PATH" sh h2.sh
has "hostile names: to the program" docker.args '$(touch pwned)`touch pwned`<script>'
if [ -e pwned ]; then not_ok "hostile names: nor then" "it was"; else ok "hostile names: nor then"; fi

# ---- the repair script ----
change '.host.daemon.settings = {} | .host.engine.info.LiveRestoreEnabled = false | .host.audit.rules = [] | .containers[0].inspect.HostConfig.Memory = 0
	| .host.networks[0].options = {} | .host.daemon.cmdline = ["/usr/sbin/dockerd", "--userland-proxy=true"]' >repair.json
expect "a script" 0 check --facts repair.json --fix-script -o fix.sh
expect "is clean" 0 shellcheck -S style fix.sh
has "names the control" fix.sh "# ---- 2.16 Enable live restore (SW-DOCKER-2.16, low) ----"
has "and the risk" fix.sh "# Risk: "
has "what the command line has is left to a person" fix.sh "the daemon has --userland-proxy=true on its command line"
mkdir -p root/etc/docker
printf '{\n  "hosts": ["unix:///x{]\\"}"],\n  "icc": true,\n  "default-ulimits": {"nproc": {"Name": "nproc"}}\n}\n' >root/etc/docker/daemon.json
cp root/etc/docker/daemon.json before.json
expect "runs" 0 sh fix.sh "$W/root"
has "passes over what is about the running host" "$W/err" "5.11: passed over"
holds "merges" root/etc/docker/daemon.json '. == {hosts: ["unix:///x{]\"}"], icc: false, "default-ulimits": {nproc: {Name: "nproc"}}, "no-new-privileges": true, "live-restore": true}'
same "keeps what was before" root/etc/docker/daemon.json.before-seawall before.json
has "adds audit rules" root/etc/audit/rules.d/docker.rules "-w /usr/sbin/runc -p wa -k docker"
cp -a root again && expect "once more" 0 sh fix.sh "$W/root"
expect "changes nothing then" 0 diff -r root again
printf '[1]\n' >root/etc/docker/daemon.json
expect "what is no object is left alone" 1 sh fix.sh "$W/root"
has "and said" "$W/err" "put this into it by hand"
printf '[1]\n' >want && same "as it was" root/etc/docker/daemon.json want
expect "nothing to repair" 0 check --facts "$facts" --control 2.16 --fix-script
has "says so" "$W/out" "There is nothing to repair by a script."

# ---- judged, repaired, judged again, on files ----
if [ "$(id -u)" = 0 ]; then
	mkdir -p host/etc/docker host/usr/bin host/proc host/lib/systemd/system
	printf 'root:x:0:\ndocker:x:998:\n' >host/etc/group
	printf 'root:x:0:0::/root:/bin/sh\n' >host/etc/passwd
	: >host/usr/bin/dockerd && chmod 755 host/usr/bin/dockerd
	: >host/lib/systemd/system/docker.service && chmod 666 host/lib/systemd/system/docker.service
	printf '{"debug": true, "data-root": "/srv/x"}\n' >host/etc/docker/daemon.json
	chmod 666 host/etc/docker/daemon.json && chmod 777 host/etc/docker && chown 5:5 host/etc/docker/daemon.json
	wanted='["2.3", "3.2", "3.6", "3.17", "3.18"]'
	list=2.3,3.2,3.6,3.17,3.18
	# Nobody answers there: status 3, and what could be judged is.
	expect "a root with faults" 3 check --host-root "$W/host" --control $list -f json -o faults.json
	holds "they are found" faults.json "[.controls[] | select(.status == \"fail\") | .number] == $wanted"
	expect "its script" 3 check --host-root "$W/host" --control $list --fix-script -o host.sh
	expect "is run" 0 sh host.sh "$W/host"
	expect "the root again" 3 check --host-root "$W/host" --control $list -f json -o repaired.json
	holds "the same controls pass" repaired.json "[.controls[] | select(.status == \"pass\") | .number] == $wanted"
	holds "what else the file held is there" host/etc/docker/daemon.json '."data-root" == "/srv/x" and .debug == false'
else
	skip "judged, repaired, judged again" "not root"
fi
