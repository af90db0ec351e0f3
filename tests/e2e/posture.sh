# SPDX-License-Identifier: Apache-2.0
# e2e: timeout=300 needs=jq,python3
# `check cluster --facts`: recommendations and secure score of saved facts, in all forms; exemptions; lists that nobody has
# decided; what could not be read.
. "$SOURCE/tests/e2e/lib.sh"
facts=$SOURCE/tests/data/posture/cluster.json
check() { "$SEAWALL" check cluster -q "$@"; }
holds() { # NAME FILE EXPRESSION: jq says true of it
	if jq -e "$3" "$2" >"$W/out" 2>"$W/err"; then ok "$1"; else not_ok "$1" "$3 is not so"; fi
}
state() { printf '(.clusters[0].recommendations[] | select(.id == "%s"))' "$1"; }

expect "facts are judged" 0 check --facts "$facts" -f json -o all.json
holds "24 in their order, three more, and what else is judged" all.json \
	'[.clusters[0].recommendations[:27][].order] == [range(1; 28)] and .clusters[0].recommendations[26].id == "no-sys-admin-capability"'
holds "pods count once, under their workload" all.json \
	"[$(state no-privileged-containers) | .resources[].resource] == [\"default/Pod/debug\", \"kube-system/DaemonSet/agent\"]"
holds "with the number of pods that are affected" all.json \
	"$(state no-privileged-containers) | .affected_pods == 3 and .resources[1].pods == {total: 2, affected: 2, names: [\"kube-system/Pod/agent-1\", \"kube-system/Pod/agent-2\"]}"
holds "kube-system is judged like everything else" all.json "$(state no-root-user) | .counts.unhealthy == 2"
holds "an open list waits for a decision and proposes what is used" all.json \
	"$(state container-allowed-ports) | .state == \"needs_decision\" and .counts_in_score == false and [.used_now[].value] == [\"80\", \"9001\"]"
holds "the policy add-on comes first" all.json \
	'[.clusters[0].recommendations[] | select(.requires == "policy-addon-installed")] | length == 17'
holds "and says what it comes first for" all.json "$(state policy-addon-installed) | [.related[] | select(.relation == \"dependent\")] | length == 17"
holds "healthy resources are named" all.json "$(state no-root-user) | .healthy == [\"shop/Deployment/web\"]"
holds "rows about registries are said not to be looked at" all.json "$(state registry-network-restricted) | .not_assessed != null and .counts.healthy == 0"
holds "one that is off says so" all.json "$(state registry-cmk-encryption) | .disabled"
holds "score of each control: max / all * healthy" all.json \
	'[.clusters[0].score.controls[] | select(.counted) | (.points - .max_points / (.healthy + .unhealthy) * .healthy) | fabs < 0.000001] | all'
holds "score of the whole: sum over sum" all.json \
	'.clusters[0].score | .percent == ((.points / .max_points * 100) + 0.5 | floor) and .points == ([.controls[] | select(.counted) | .points] | add)'

# ---- the order of objects does not matter ----
python3 - "$facts" <<'END' >shuffled.json
import json, random, sys
doc = json.load(open(sys.argv[1]))
random.Random(7).shuffle(doc["objects"])
doc["objects"].append(doc["objects"][0])
objects = doc.pop("objects")
doc["objects"] = objects
print(json.dumps(doc))
END
check --facts shuffled.json -f json -o shuffled.out
sed 's/shuffled.json/FILE/' shuffled.out >a && sed "s|$facts|FILE|" all.json >b
same "the order of objects does not matter, nor one that comes twice" a b
expect "standard input" 0 sh -c '"$SEAWALL" check cluster -q --facts - -f json <"$1" >in.json' - "$facts"

# ---- forms ----
for form in table html markdown csv; do
	expect "form $form" 0 check --facts "$facts" -f "$form"
	has "form $form names what is wrong" "$W/out" no-privileged-containers
done
expect "form junit" 0 check --facts "$facts" -f junit -o j.xml
expect "junit is XML" 0 python3 -c 'import sys, xml.dom.minidom as m; d = m.parse(sys.argv[1]); assert len(d.getElementsByTagName("failure")) > 3' j.xml
expect "form sarif" 0 check --facts "$facts" -f sarif -o s.json
holds "sarif: results have rules" s.json '.runs[0] | [.tool.driver.rules[].id] as $ids | [.results[].ruleId] | unique - $ids == []'
expect "form policy-report" 0 check --facts "$facts" -f policy-report -o p.json
holds "policy report: a report for each namespace, whose summary is right" p.json \
	'[.items[].metadata.namespace] | sort == [null, "default", "kube-system", "shop"]'
holds "policy report: the summary is right" p.json '[.items[] | .summary.fail == ([.results[] | select(.result == "fail")] | length)] | all'
expect "in Japanese" 0 check --facts "$facts" --lang ja
has "in Japanese: the score" "$W/out" "セキュア スコア"
has "in Japanese: severities" "$W/out" "重要"
lacks "in Japanese: no severity stays in English" "$W/out" "medium"
expect "one recommendation in detail" 0 check --facts "$facts" --recommendation SW-REC-018
has "in detail: what to change" "$W/out" "securityContext.privileged is true"
expect "no such recommendation" 2 check --facts "$facts" --recommendation no-such

# ---- limits, levels ----
expect "the first of many" 0 check --facts "$facts" -f json --limit 1 -o one.json
holds "first N of M: totals stay exact" one.json "$(state no-root-user) | .resources_shown == 1 and .resources_total == 2 and .counts.unhealthy == 2"
expect "--fail-on" 1 check --facts "$facts" --fail-on high
expect "--fail-on of what is fine" 0 check --facts "$facts" --fail-on high --recommendation rbac-enabled

# ---- lists are decided by what is used ----
expect "a proposal" 0 check --facts "$facts" --export-parameters decided.yaml
expect "is accepted in one action" 0 check --facts "$facts" --parameters decided.yaml -f json -o decided.json
holds "what is used now is healthy" decided.json "[$(state container-allowed-ports), $(state trusted-registries-only), $(state hostpath-volumes-restricted), $(state host-network-ports-restricted), $(state least-privilege-capabilities), $(state service-allowed-ports)] | all(.state == \"healthy\" and .counts_in_score)"
holds "what nobody uses stays to be decided by a person" decided.json "$(state apparmor-profile-restricted) | .state == \"needs_decision\""
printf 'unconfigured: unhealthy\n' >literal.yaml
expect "the literal reading" 0 check --facts "$facts" --parameters literal.yaml -f json -o literal.json
holds "what is not decided is unhealthy then" literal.json "$(state container-allowed-ports) | .state == \"unhealthy\" and .counts_in_score"

# ---- exemptions ----
cat >.seawallignore.yaml <<'END'
exceptions:
  - id: no-privileged-containers
    path: kube-system/DaemonSet/agent
    type: mitigated
    reason: needs the device
    author: platform
    expires: 2099-01-01
    approver: board
  - id: no-root-user
    path: default/Pod/debug/app
    reason: for a week
    author: platform
    expires: 2099-01-01
    approver: board
  - id: no-host-pid-ipc
    path: default/Pod/debug
    reason: was needed
    author: platform
    expires: 2020-01-01
  - id: rbac-enabled
    path: Cluster/elsewhere
    reason: nothing
    author: platform
    expires: 2099-01-01
    approver: board
END
expect "exemptions" 0 check --facts "$facts" -f json -o exempt.json
holds "an exempt resource is no longer unhealthy" exempt.json \
	"$(state no-privileged-containers) | .counts.unhealthy == 1 and .counts.exempt == 1 and .resources[1].exemption == {category: \"mitigated\", type: \"mitigated\", reason: \"needs the device\", author: \"platform\", approver: \"board\", expires: \"2099-01-01T23:59:59Z\", underlying: \"unhealthy\"}"
holds "one container can be exempt" exempt.json "$(state no-root-user) | .counts.exempt == 1 and .resources[0].exemption.category == \"waiver\""
holds "what has expired hides nothing and is reported" exempt.json "($(state no-host-pid-ipc) | .counts.unhealthy == 2) and .exceptions[2].expired"
holds "matches are counted" exempt.json '[.exceptions[].matched] == [1, 1, 0, 0] and .exceptions[3].unused'
sed 's/"privileged": true/"privileged": false/' "$facts" >repaired.json
check --facts repaired.json -f json -o repaired.out
jq '.clusters[0].resources' repaired.out >/dev/null
rm .seawallignore.yaml

# ---- several clusters ----
sed 's/"name": "demo"/"name": "other"/' "$facts" >other.json
expect "several clusters" 0 check --facts "$facts" --facts other.json -f json -o two.json
holds "are scored together" two.json '(.clusters | length) == 2 and .score.percent == .clusters[0].score.percent'

# ---- what could not be read ----
python3 - "$facts" <<'END' >denied.json
import json, sys
doc = json.load(open(sys.argv[1]))
doc["objects"] = [o for o in doc["objects"] if o["kind"] not in ("Service", "Ingress")]
doc["not_read"] = [{"what": "services", "reason": "no right to list services", "remedy": "grant list"},
		   {"what": "ingresses.networking.k8s.io", "reason": "no right to list ingresses", "remedy": "grant list"}]
print(json.dumps(doc))
END
expect "what could not be read" 0 check --facts denied.json -f json -o denied.out
holds "is an error of exactly what needed it" denied.out \
	'[.clusters[0].recommendations[] | select(.counts.error > 0) | .id] == ["ingress-https-only", "service-allowed-ports", "no-default-namespace"]'
holds "with the reason" denied.out "$(state ingress-https-only) | .state == \"error\" and (.resources[0].reason | contains(\"no right to list ingresses\"))"
expect "--fail-on of what could not be judged" 3 check --facts denied.json --fail-on high --recommendation ingress-https-only

# ---- status of constraints as Gatekeeper's ----
expect "status of the constraints" 0 check --facts "$facts" --export-constraints -
has "status: total" "$W/out" "totalViolations:"
has "status: a violation" "$W/out" "kind: DaemonSet"

expect "status under the kinds of Azure Policy" 0 check --facts "$facts" --export-constraints - --constraint-form k8sazure
has "k8sazure: the kind" "$W/out" "kind: K8sAzure"
has "k8sazure: the total" "$W/out" "totalViolations:"

expect "--watch looks at no file" 2 check --facts "$facts" --watch
expect "--watch has no end to fail at" 2 check --watch --fail-on high

# ---- hostile and broken facts ----
printf '{"kind":"other","objects":[]}' >other-kind.json
expect "facts of something else" 3 check --facts other-kind.json
head -c 900 "$facts" >cut.json
expect "facts that end in the middle" 3 check --facts cut.json
expect "no such file" 3 check --facts nowhere.json
printf '{"kind":"cluster","cluster":{"name":"a\\u001b[31m"},"objects":[{"kind":7},{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x\\u001b[2J","namespace":"n"},"spec":{"containers":"none"}}],"not_read":[]}' >hostile.json
expect "hostile objects" 0 check --facts hostile.json
lacks "nothing reaches the terminal" "$W/out" "$(printf '\033')"
check --facts hostile.json -f json -o hostile.out
holds "an object that is none is an error, not nothing" hostile.out "$(state no-root-user) | .counts.error == 1"
