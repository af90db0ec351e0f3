# SPDX-License-Identifier: Apache-2.0
# The built-in templates of workloads: every suite passes, every template has one with cases that violate and that do
# not, all have the same library, and what they say of a workload comes out of one command.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C
library=$SOURCE/policies/kubernetes

expect "the suites of the library" 0 "$SEAWALL" policy verify -v "$library"
cp out verify.out
for folder in "$library"/*/; do
	id=$(basename "$folder")
	for file in template.yaml constraint.yaml suite.yaml; do
		[ -s "$folder$file" ] || not_ok "$id" "no $file"
	done
	has "$id: an object that is fine" verify.out "=== RUN   $id"
	has "$id: a case without a violation" "${folder}suite.yaml" "violations: 0"
	has "$id: a case with one" "${folder}suite.yaml" "object: bad.yaml"
	has "$id: a case without the field" "${folder}suite.yaml" "object: missing.yaml"
	if grep -q 'package lib.workload' "${folder}template.yaml"; then
		sed -n '/^      libs:/,$p' "${folder}template.yaml" >"lib.$id"
	fi
done
first=$(find . -name 'lib.*' | sort | head -n 1)
count=0
for file in lib.*; do
	if cmp -s "$file" "$first"; then count=$((count + 1)); else not_ok "one library" "$file differs from $first"; fi
done
if [ $count -gt 10 ]; then ok "one library"; else not_ok "one library" "only $count templates have it"; fi

expect "every template loads" 0 sh -c 'find "$1" -name template.yaml -o -name constraint.yaml -o -name expansion.yaml |
	xargs "$0" policy list' "$SEAWALL" "$library"
cat >web.yaml <<'END'
apiVersion: batch/v1
kind: CronJob
metadata: {name: tick, namespace: default}
spec:
  jobTemplate:
    spec:
      template:
        spec:
          hostPID: true
          containers: [{name: a, image: "example.com/a:1", securityContext: {privileged: true}}]
END
mkdir policies
for folder in "$library"/*/; do
	cp "${folder}template.yaml" "policies/$(basename "$folder").template.yaml"
	cp "${folder}constraint.yaml" "policies/$(basename "$folder").constraint.yaml"
done
cp "$library/expansion.yaml" policies/
expect "a CronJob is judged by the pods it will make" 0 "$SEAWALL" policy eval -f web.yaml -p policies --format table
has "a CronJob: its template" out "[Implied by seawall-cron-jobs] spec.hostPID is true"
has "a CronJob: another rule" out "container a: securityContext.privileged is true"
expect "in a system namespace nothing is said" 0 sh -c 'sed s/default/kube-system/ web.yaml | "$0" policy eval -p policies' "$SEAWALL"
if [ -s out ]; then not_ok "a system namespace: no output" "there is some"; else ok "a system namespace: no output"; fi

# Two workloads: one that keeps every rule for pods and services once ports, registry and profile are set, one that
# keeps none of the thirteen.
mkdir site
for folder in "$library"/*/; do
	id=$(basename "$folder")
	case $id in
	pod-security-standards | no-api-credentials | no-default-namespace | no-sys-admin-capability | ingress-https-only) continue ;;
	esac
	cp "${folder}template.yaml" "site/$id.template.yaml"
	file=${folder}constraint.yaml
	[ ! -e "${folder}configured.yaml" ] || file=${folder}configured.yaml
	sed 's/allowedContainerPortsList:.*/allowedContainerPortsList: ["80"]/; s/allowedServicePortsList:.*/allowedServicePortsList: ["80"]/' \
		"$file" >"site/$id.constraint.yaml"
done
cp "$library/expansion.yaml" site/
cp "$SOURCE"/tests/data/sample_workloads/*healthy.yaml .
expect "the healthy workload" 0 "$SEAWALL" policy eval -f healthy.yaml -p site
if [ -s out ]; then not_ok "healthy: keeps all" "it does not"; else ok "healthy: keeps all"; fi
expect "the unhealthy workload" 0 "$SEAWALL" policy eval -f unhealthy.yaml -p site
rules=$(sed 's/.*: \["\([^"]*\)"\] Message.*/\1/; s/-configured$//' out | sort -u | wc -l)
if [ "$rules" = 13 ]; then ok "unhealthy: breaks all thirteen"; else not_ok "unhealthy: breaks all thirteen" "$rules"; fi
