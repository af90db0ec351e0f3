# SPDX-License-Identifier: Apache-2.0
# Two sample workloads, a Deployment and a Service each: the good one keeps to all 13 rules about pods and Services once
# ports, registries and profiles are decided; the bad one keeps to none.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C
rules="apparmor-profile-restricted container-allowed-ports container-cpu-memory-limits host-network-ports-restricted
hostpath-volumes-restricted least-privilege-capabilities no-host-pid-ipc no-privilege-escalation no-privileged-containers
no-root-user readonly-root-filesystem service-allowed-ports trusted-registries-only"

cat >p.yaml <<'END'
rules:
  container-allowed-ports: {parameters: {allowedContainerPortsList: ["80"]}}
  service-allowed-ports: {parameters: {allowedServicePortsList: ["80"]}}
  trusted-registries-only: {parameters: {allowedContainerImagesRegex: '^registry\.example\.com/.+$'}}
  apparmor-profile-restricted: {parameters: {allowedProfiles: [runtime/default]}}
END
cp "$SOURCE/tests/data/sample_workloads/healthy.yaml" good.yaml
cp "$SOURCE/tests/data/sample_workloads/unhealthy.yaml" bad.yaml

failing() { # FILE: rules of the thirteen that it breaks, one a line
	"$SEAWALL" policy export --parameters p.yaml >policies.yaml
	"$SEAWALL" policy eval -p policies.yaml -p "$SOURCE/policies/kubernetes/expansion.yaml" -f "$1" >violations
	for rule in $rules; do
		! grep -q "\[\"$rule\"\]" violations || echo "$rule"
	done
}
failing good.yaml >got
: >want
same "the good sample breaks none of the rules" got want
failing bad.yaml >got
printf '%s\n' $rules >want
same "the bad sample breaks all thirteen" got want

expect "the good sample, as files are checked" 0 "$SEAWALL" check manifest --parameters p.yaml -f json good.yaml
for rule in $rules; do
	sed '/^  "checks": \[/,$d' out | grep -q "\"id\": \"$rule\"" && not_ok "good sample: $rule" "is in the findings" ||
		ok "good sample: $rule"
done
expect "the bad sample, as files are checked" 1 "$SEAWALL" check manifest --parameters p.yaml --fail-on medium -f json bad.yaml
for rule in $rules; do
	has "bad sample: $rule" out "\"id\": \"$rule\""
done
