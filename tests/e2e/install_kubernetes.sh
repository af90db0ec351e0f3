# SPDX-License-Identifier: Apache-2.0
# e2e: needs=jq
# What installs the webhook: valid, restricted, without a finding of our own rules, and the same as the kustomize base.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C

install() { "$SEAWALL" install kubernetes "$@"; }
expect "the manifests are printed" 0 install
cp out base.yaml
# The version of the program stands in it; a release writes the folder anew.
same "the kustomize base is what is printed" base.yaml "$SOURCE/deploy/kubernetes/seawall.yaml"
policies=$(find "$SOURCE/policies/kubernetes" -name template.yaml -o -name constraint.yaml -o -name expansion.yaml | sed 's/^/-p /')
install --apparmor runtime/default --image registry.example.com/seawall:1 >all.yaml
# shellcheck disable=SC2086 # a list
"$SEAWALL" policy eval -f all.yaml $policies --format json >findings.json
jq -r '.[] | .constraint.metadata.name' findings.json | sort -u >rules
# Lists that each site decides on: these rules find everything until they have one.
printf '%s\n' apparmor-profile-restricted container-allowed-ports service-allowed-ports trusted-registries-only >undecided
same "our own rules find nothing" rules undecided
grep -h resourceNames base.yaml >names
lacks "no account may read every Secret" names '[]'
is_bounded() { "$SEAWALL" install kubernetes | awk '/resources: \[secrets\]/ { getline; found = /resourceNames/ } END { exit !found }'; }
expect "rights on Secrets are bound to one" 0 is_bounded
lacks "no right is a wildcard" names '*'

has "rules that deny go along" base.yaml 'rules: {}'
install --enforce no-privileged-containers,no-host-pid-ipc >out.yaml
has "enforced rules stand in the ConfigMap" out.yaml '      no-privileged-containers: {enforcement: deny}'
install --enforce all >out.yaml
has "all rules can be enforced" out.yaml '    defaults: {enforcement: deny}'
expect "a rule that is not known is refused" 2 install --enforce no-such-rule
install --failure-policy Fail --timeout 5 --operations CREATE,DELETE --exclude-namespace ci,build --no-mutation >out.yaml
has "the failure policy" out.yaml 'failurePolicy: Fail'
has "the webhook answers before its API server gives up" out.yaml '--time-limit=4167ms'
has "operations" out.yaml 'operations: [CREATE, DELETE]'
has "namespaces that are left out" out.yaml 'values: [kube-system, kube-node-lease, seawall-system, ci, build]'
lacks "no mutation" out.yaml 'kind: MutatingWebhookConfiguration'
install --namespace sec --kubernetes 1.20 >out.yaml
has "older clusters get what they know" out.yaml 'apiVersion: policy/v1beta1'
lacks "another namespace, everywhere" out.yaml 'seawall-system'
install --url https://webhook.example.com:8443 >out.yaml
has "a webhook elsewhere has an address" out.yaml 'url: "https://webhook.example.com:8443/v1/admit"'
lacks "and no deployment" out.yaml 'kind: Deployment'

expect "a namespace cannot break out" 2 install --namespace "a, b"
expect "nor a name that YAML takes for a truth" 2 install --namespace on
expect "nor an image" 2 install --image 'a"b'
expect "nor an address" 2 install --url 'https://a"b'
expect "an address is https" 2 install --url http://a
expect "30 seconds are the most" 2 install --timeout 31
printf 'rules:\n  no-such-rule: {enforcement: deny}\n' >wrong.yaml
install --parameters wrong.yaml >out 2>err
[ $? = 0 ] && not_ok "wrong parameters do not get into the cluster" "" || ok "wrong parameters do not get into the cluster"
has "and it is said where they are wrong" err 'no-such-rule'
