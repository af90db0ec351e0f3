# SPDX-License-Identifier: Apache-2.0
# `seawall policy`: suites, evaluation, expansion, lists; what does not load says why.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C
data="$SOURCE/tests/data/constraint"
cp -r "$data/labels" labels

expect "a suite passes" 0 "$SEAWALL" policy verify labels
has "a suite: its line" out "ok	labels/suite.yaml	"
has "a suite: the verdict" out PASS
expect "a suite in detail" 0 "$SEAWALL" policy verify -v labels/suite.yaml
has "in detail: a case" out "    --- PASS: lacks-it"
has "in detail: a skipped case" out "    === SKIP  later"
has "in detail: an expanded case" out "    --- PASS: implied"
has "in detail: a constraint that must not load" out "--- PASS: parameters"
expect "a filter" 0 "$SEAWALL" policy verify -v labels --run 'owner//^has-it$'
has "a filter: the case that runs" out "=== RUN   has-it"
has "a filter: one that does not" out "=== SKIP  lacks-it"
expect "two // in a filter are wrong" 2 "$SEAWALL" policy verify labels --run 'a//b//c'
expect "a filter that fits nothing says so" 0 "$SEAWALL" policy verify labels --run nothing
has "a filter that fits nothing: the note" err "no case was run"

sed 's/violations: 1$/violations: 2/' labels/suite.yaml >labels/wrong.yaml
expect "a suite that fails" 1 "$SEAWALL" policy verify labels/wrong.yaml
has "fails: the case" out "    --- FAIL: lacks-it"
has "fails: why" out 'unexpected number of violations: got 1 violations containing "^label owner is missing$" but want exactly 2: got messages [label owner is missing]'
has "fails: the verdict" out FAIL
rm labels/wrong.yaml
mkdir empty
expect "a folder without suites is no success" 3 "$SEAWALL" policy verify empty
expect "a file that is not there" 3 "$SEAWALL" policy verify nowhere.yaml

policies="-p labels/template.yaml -p labels/constraint.yaml"
expect "a violation is denied" 1 "$SEAWALL" policy eval -f labels/bad.yaml $policies
has "denied: as gator says it" out 'v1/Pod default/bad: ["has-owner"] Message: "label owner is missing"'
expect "nothing to deny" 0 "$SEAWALL" policy eval -f labels/good.yaml $policies
if [ -s out ]; then not_ok "nothing to deny: no output" "there is some"; else ok "nothing to deny: no output"; fi
expect "an AdmissionReview" 1 "$SEAWALL" policy eval -f labels/update.yaml $policies --format table
has "an AdmissionReview: the row" out "label owner has the value 9"
expect "JSON as gator has it" 1 "$SEAWALL" policy eval -f labels/bad.yaml $policies -o json
has "JSON: the message" out '"msg": "label owner is missing"'
has "JSON: the details" out '"missing": "owner"'
expect "made by a Deployment" 0 "$SEAWALL" policy eval -f labels/deployment.yaml -p labels/expansion.yaml $policies
has "made by a Deployment: implied" out "[Implied by expand-deployments] label owner is missing"

cat >list.json <<'END'
{"apiVersion": "v1", "kind": "List", "items": [
 {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one", "namespace": "kube-system"}},
 {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "two", "namespace": "default"}}]}
END
cat labels/template.yaml labels/constraint.yaml >all.yaml
sed 's/^apiVersion: constraints/---\n&/' all.yaml >policies.yaml
expect "standard input and a List" 1 sh -c '"$0" policy eval -p policies.yaml <list.json' "$SEAWALL"
has "a List: its violation" out "default/two"
lacks "a List: the excluded namespace" out "kube-system/one"

expect "expansion" 0 "$SEAWALL" policy expand -f labels/deployment.yaml -f labels/expansion.yaml
has "expansion: the pod" out "name: web-pod"
expect "expansion with a mutator as JSON" 0 "$SEAWALL" policy expand -f labels -f "$data/mutator.yaml" --format json
has "expansion: the mutated image" out '"image": "registry.example.com/web:1.0"'

# A manifest that does not say in which namespace it lies is of one all the same.
grep -v namespace: labels/deployment.yaml >nowhere.yaml
sed 's/source: Generated/source: Generated\n    scope: Namespaced/' "$data/mutator.yaml" >scoped.yaml
expect "expansion without a namespace" 0 "$SEAWALL" policy expand -f nowhere.yaml -f labels/expansion.yaml -f scoped.yaml
has "expansion: the mutator of what lies in namespaces" out "image: registry.example.com/web:1.0"
cat >scoped-constraint.yaml <<'END'
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NeedsLabels
metadata: {name: scoped}
spec:
  match: {scope: Namespaced}
  parameters: {labels: [{key: owner}]}
END
grep -v namespace: labels/bad.yaml >pod.yaml
sed 's/^kind: Pod/kind: Node/' pod.yaml >node.yaml
expect "a pod without a namespace is judged as one of a namespace" 1 "$SEAWALL" policy eval -f pod.yaml -p labels/template.yaml -p scoped-constraint.yaml
expect "a node is not" 0 "$SEAWALL" policy eval -f node.yaml -p labels/template.yaml -p scoped-constraint.yaml

expect "a list" 1 "$SEAWALL" policy list labels
has "a list: what loads" out "NeedsLabels         has-owner           deny    ok"
has "a list: what does not" out "spec.parameters.labels: Invalid type. Expected: array, given: string"

sed -e 's/engine: Rego/engine: CEL/' labels/template.yaml >cel.yaml
expect "another engine is an error" 1 "$SEAWALL" policy list cel.yaml
has "another engine: which" out "error(unsupported engine CEL)"
sed 's/deny/warn/; s/^spec:/spec:\n  enforcementAction: warn/' labels/constraint.yaml >warn.yaml
expect "another engine is never fine" 3 "$SEAWALL" policy eval -f labels/good.yaml -p cel.yaml -p warn.yaml
has "never fine: why" out "error(unsupported engine CEL)"
sed 's/key := input.parameters/key := data.other/' labels/template.yaml >other.yaml
expect "a template that looks elsewhere" 3 "$SEAWALL" policy eval -f labels/good.yaml -p other.yaml
has "looks elsewhere: the reference" err "disallowed ref data.other.labels"
sed 's/^ *violation\[/              other[/' labels/template.yaml >rule.yaml
expect "a template without its rule" 3 "$SEAWALL" policy eval -f labels/good.yaml -p rule.yaml
has "without its rule: which" err "missing required rules: [violation]"
