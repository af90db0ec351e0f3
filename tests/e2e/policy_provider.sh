# SPDX-License-Identifier: Apache-2.0
# e2e: needs=python3,openssl
# External data of policies: a provider on loopback over HTTPS, its own authority, kept answers.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
	-keyout key.pem -out cert.pem 2>/dev/null
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
	-keyout other.key -out other.pem 2>/dev/null
: >server.log
server python3 "$SOURCE/tests/fixture/provider.py" cert.pem key.pem
answers() { [ -s server.log ]; }
if ! await answers; then
	not_ok "the provider starts" "no port"
	exit 1
fi
port=$(head -n 1 server.log)

provider() { # AUTHORITY
	cat <<END
---
apiVersion: externaldata.gatekeeper.sh/v1beta1
kind: Provider
metadata: {name: images}
spec: {url: "https://127.0.0.1:$port/validate", timeout: 5, caBundle: $(base64 -w 0 "$1")}
END
}
cat >policies.yaml <<'END'
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: asksprovider}
spec:
  crd: {spec: {names: {kind: AsksProvider}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      rego: |
        package asksprovider
        violation[{"msg": msg}] {
          images := [i | i := input.review.object.spec.containers[_].image]
          answer := external_data({"provider": "images", "keys": images})
          msg := sprintf("%v %v %v", [answer.responses, answer.errors, answer.system_error])
        }
        violation[{"msg": "nobody was asked"}] {
          not external_data({"provider": "images", "keys": ["a:1"]})
        }
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: AsksProvider
metadata: {name: asks}
END
cat >pods.yaml <<'END'
apiVersion: v1
kind: Pod
metadata: {name: one, namespace: default}
spec: {containers: [{name: a, image: "a:1"}, {name: b, image: "bad:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: two, namespace: default}
spec: {containers: [{name: a, image: "a:1"}]}
END
provider cert.pem >good.yaml
provider other.pem >wrong.yaml

expect "a provider is asked" 1 "$SEAWALL" policy eval --external-data -f pods.yaml -p policies.yaml -p good.yaml
has "asked: its answers and errors" out '[[\"a:1\", \"a:1_seen\"]] [[\"bad:1\", \"no such key\"]]'
has "asked: both keys at once" asked "a:1 bad:1"
if [ "$(grep -c 'a:1' asked)" = 1 ]; then ok "answers are kept"; else not_ok "answers are kept" "$(cat asked)"; fi
expect "without --external-data nobody is asked" 1 "$SEAWALL" policy eval -f pods.yaml -p policies.yaml -p good.yaml
has "without: the policy sees why" out "[] [] provider images: not permitted here"
lacks "without: no answer" out "_seen"
expect "a provider of another authority is not believed" 1 "$SEAWALL" policy eval --external-data -f pods.yaml -p policies.yaml -p wrong.yaml
has "another authority: the policy sees why" out "[] [] provider images: "
lacks "another authority: no answer" out "_seen"
expect "a provider that nobody knows" 1 "$SEAWALL" policy eval --external-data -f pods.yaml -p policies.yaml
has "nobody knows: the policy sees why" out "key is not found in provider cache: images"
sed 's/violation\[{"msg": "nobody was asked"}\]/violation[{"msg": "closed"}]/; s/not external_data(\(.*\))$/external_data(\1).system_error != ""/' policies.yaml >closed.yaml
expect "a policy that fails closed denies then" 1 "$SEAWALL" policy eval --external-data -f pods.yaml -p closed.yaml -p wrong.yaml
has "fails closed: its message" out "closed"
expect "and does not when there is an answer" 1 "$SEAWALL" policy eval --external-data -f pods.yaml -p closed.yaml -p good.yaml
lacks "an answer: not closed" out "closed"

cat >assign.yaml <<'END'
apiVersion: mutations.gatekeeper.sh/v1beta1
kind: Assign
metadata: {name: images}
spec:
  applyTo: [{groups: [""], versions: [v1], kinds: [Pod]}]
  match: {source: Generated}
  location: "spec.containers[name: *].image"
  parameters: {assign: {externalData: {provider: images, dataSource: ValueAtLocation}}}
---
apiVersion: expansion.gatekeeper.sh/v1beta1
kind: ExpansionTemplate
metadata: {name: deployments}
spec:
  applyTo: [{groups: [apps], versions: [v1], kinds: [Deployment]}]
  templateSource: spec.template
  generatedGVK: {group: "", version: v1, kind: Pod}
END
cp "$SOURCE/tests/data/constraint/labels/deployment.yaml" .
expect "a mutator asks" 0 "$SEAWALL" policy expand --external-data -f deployment.yaml -f assign.yaml -f good.yaml
has "a mutator: the answer is in its place" out "image: example.com/web:1.0_seen"
expect "a mutator that may not ask fails" 3 "$SEAWALL" policy expand -f deployment.yaml -f assign.yaml -f good.yaml
has "may not ask: why" err "provider images: not permitted here"
