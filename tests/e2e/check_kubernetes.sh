# SPDX-License-Identifier: Apache-2.0
# e2e: timeout=300
# `seawall check manifest` over Kubernetes objects: what is read, what is said of it and where, parameters,
# exceptions, forms, and what is not fit to be read.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C

findings() { # of the JSON report in out: "status id file:line:column container"
	awk '
	/^  "misconfigurations": \[/ { on = 1 }
	/^  "suppressed_misconfigurations"/ { on = 0 }
	on && /^    \{/ { id = status = file = line = col = container = "" }
	on && /^      "id"/ { id = $2 }
	on && /^      "status"/ { status = $2 }
	on && /^      "file"/ { file = $2 }
	on && /^      "line"/ { line = $2 }
	on && /^      "column"/ { col = $2 }
	on && /^        "container"/ { container = $2 }
	on && /^    \}/ { text = status " " id " " file ":" line ":" col " " container; gsub(/[",]/, "", text); print text }
	' out
}

# ---- the two workloads of the requirements ----

cp "$SOURCE"/tests/data/sample_workloads/*.yaml .
thirteen="apparmor-profile-restricted container-allowed-ports container-cpu-memory-limits host-network-ports-restricted
hostpath-volumes-restricted least-privilege-capabilities no-host-pid-ipc no-privilege-escalation
no-privileged-containers no-root-user readonly-root-filesystem service-allowed-ports trusted-registries-only"
expect "the healthy workload passes once lists are set" 0 "$SEAWALL" check manifest --parameters decided.yaml --fail-on low -f json healthy.yaml
findings >got
if [ -s got ]; then not_ok "the healthy workload has nothing against it" "$(cat got)"; else ok "the healthy workload has nothing against it"; fi
expect "the unhealthy workload fails" 1 "$SEAWALL" check manifest --parameters decided.yaml --fail-on low -f json unhealthy.yaml
findings >got
for id in $thirteen; do
	has "the unhealthy workload fails $id" got "fail $id "
done
expect "without lists a decision is asked for" 0 "$SEAWALL" check manifest -f json healthy.yaml
has "without lists: what is used is proposed" out "used now: 80)"
has "without lists: the registry is proposed" out "used now: registry.example.com)"
findings >got
has "without lists: manual, no failure" got "manual container-allowed-ports"
printf 'unconfigured: unhealthy\n' >strict.yaml
expect "without lists, by the literal reading" 1 "$SEAWALL" check manifest --parameters strict.yaml --fail-on medium -f json healthy.yaml

# ---- places ----

cat >place.yaml <<'END'
# comment
apiVersion: batch/v1
kind: CronJob
metadata:
  name: night
  namespace: shop
spec:
  jobTemplate:
    spec:
      template:
        spec:
          containers:
          - name: web
            image: example.com/web
            securityContext:
              privileged: true
              allowPrivilegeEscalation: true
            ports:
            - containerPort: 80
            - containerPort: 81
END
expect "a CronJob is judged by its pods" 0 "$SEAWALL" check manifest -f json place.yaml
findings >got
has "place of a value" got "fail no-privileged-containers place.yaml:16:15 web"
has "place of another value" got "fail no-privilege-escalation place.yaml:17:15 web"
has "place of what is missing" got "fail readonly-root-filesystem place.yaml:15:13 web"
has "place of an element" got "manual container-allowed-ports place.yaml:20:15 web"
has "one finding a fault" out '"field": "spec.jobTemplate.spec.template.spec.containers[0].securityContext.privileged"'
if [ "$(grep -c no-privileged-containers got)" = 1 ]; then ok "one fault, one finding"; else not_ok "one fault, one finding" "$(cat got)"; fi

cat >stored.yaml <<'END'
apiVersion: v1
kind: PodTemplate
metadata: {name: stored, namespace: shop}
template:
  spec:
    containers:
    - name: web
      securityContext:
        privileged: true
END
expect "a PodTemplate is judged by its pod" 0 "$SEAWALL" check manifest -f json stored.yaml
findings >got
has "a PodTemplate: the place" got "fail no-privileged-containers stored.yaml:9:9 web"
has "a PodTemplate: the field" out '"field": "template.spec.containers[0].securityContext.privileged"'

# The same as JSON, as a stream, as a List, with CRLF and a byte order mark.
printf '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "x"},\n "spec": {"containers": [{"name": "web",\n  "securityContext": {"privileged": true}}]}}\n' >pod.json
cat pod.json pod.json >stream.json
printf '{"apiVersion": "v1", "kind": "List", "items": [\n%s]}' "$(cat pod.json)" >list.json
printf '\357\273\277apiVersion: v1\r\nkind: Pod\r\nmetadata: {name: a, namespace: x}\r\nspec:\r\n  containers:\r\n  - name: web\r\n    securityContext:\r\n      privileged: true\r\n' >crlf.yaml
printf 'x: &base\n  securityContext: {privileged: true}\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: x}\nspec:\n  containers:\n  - <<: *base\n    name: web\n' >merge.yaml
for one in "pod.json 3:23" "stream.json 6:23" "list.json 4:23" "crlf.yaml 8:7" "merge.yaml 2:21"; do
	file=${one% *}
	expect "$file is read" 0 "$SEAWALL" check manifest -f json "$file"
	findings >got
	has "$file: the place" got "fail no-privileged-containers $file:${one#* } web"
done
expect "a pipe" 1 sh -c '"$SEAWALL" check manifest --fail-on medium -f json - <place.yaml'
findings >got
has "a pipe: the place" got "fail no-privileged-containers stdin.yaml:16:15 web"

# ---- what is no object, and what nobody judges ----

mkdir -p mixed/templates mixed/chart
cp place.yaml mixed/
printf 'FROM debian:12\nUSER 1\n' >mixed/Dockerfile
printf 'replicas: 1\n' >mixed/values.yaml
printf '{"name": "x"}\n' >mixed/package.json
printf 'hello\n' >mixed/README.md
printf 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n{{- if .Values.on }}\nspec: {}\n{{- end }}\n' >mixed/templates/pod.yaml
printf 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: "{{ include "x" . }}"\n' >mixed/templates/other.yaml
printf 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: "{{ .Values.name }}"\n' >mixed/templates/quoted.yaml
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {t: "{{ .Values.notours }}"}\n---\napiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\n---\n---\n' >mixed/others.yaml
expect "a mixed folder" 0 "$SEAWALL" check manifest -f json mixed
has "a mixed folder: the Dockerfile" out '"SW-DF-'
has "a mixed folder: objects read" out '"objects_read": 3'
has "a mixed folder: objects judged" out '"objects_judged": 1'
has "a mixed folder: kinds nobody judges" out 'Thing'
has "a mixed folder: what is not rendered" out 'a Helm template that is not rendered'
has "a mixed folder: what is no object is counted" out 'no Kubernetes object'
has "a mixed folder: other files are counted" out 'neither YAML, JSON nor a Dockerfile'
has "a mixed folder: it was not all read" out '"status": "partly_read"'
if [ "$(grep -c 'is not rendered' out)" -ge 3 ]; then ok "three templates"; else not_ok "three templates" "not all are named"; fi
expect "a mixed folder does not pass" 3 "$SEAWALL" check manifest --fail-on critical mixed
expect "left out on purpose it may" 0 "$SEAWALL" check manifest --fail-on critical --skip-dirs templates --kind kubernetes mixed
expect "the table says what was judged" 0 "$SEAWALL" check manifest --skip-dirs templates mixed
has "the table says what was judged: counts" out "3 read, 1 judged, 2 not judged"
expect "a template that is named" 3 "$SEAWALL" check manifest mixed/templates/pod.yaml
has "a template that is named: one line" err "not rendered"
expect "a file without objects" 3 "$SEAWALL" check manifest mixed/values.yaml
has "a file without objects: said" err "line 1: no Kubernetes object"
printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\napiVersion: v1\nkind: [\n' >half.yaml
expect "half of a file" 3 "$SEAWALL" check manifest -f json half.yaml
has "half of a file: the line" err "line 7"
has "half of a file: the rest is judged" out '"objects_judged": 1'
printf 'kind: Deployment\nspec: {template: {}}\n' >bare.yaml
expect "without apiVersion" 3 "$SEAWALL" check manifest bare.yaml
has "without apiVersion: said" err "without apiVersion or kind"
printf 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {}\n' >hollow.yaml
expect "a workload without a template" 3 "$SEAWALL" check manifest hollow.yaml

# ---- exceptions ----

cat >ignore.yaml <<'END'
apiVersion: v1
kind: Pod
metadata:
  name: a
  namespace: x
spec:
  containers:
  # seawall:ignore=no-privileged-containers it drives a device
  - name: web
    securityContext:
      privileged: true
  - name: other
    securityContext:
      privileged: true # trivy:ignore:KSV017
  - name: third
    securityContext:
      privileged: true
---
# seawall:ignore=no-privileged-containers the whole object
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: x}
spec:
  containers: [{name: web, securityContext: {privileged: true}}]
---
apiVersion: v1
kind: Pod
metadata:
  name: c
  namespace: x
  annotations: {checkov.io/skip1: CKV_K8S_16=known}
spec:
  containers: [{name: web, securityContext: {privileged: true}}]
END
expect "exceptions in the file" 0 "$SEAWALL" check manifest -f json ignore.yaml
findings | grep no-privileged-containers >got
printf 'fail no-privileged-containers ignore.yaml:17:7 third\n' >want
same "exceptions hold for what they stand at" got want
expect "exceptions in the file" 0 "$SEAWALL" check manifest -f json ignore.yaml
has "exceptions keep their reason" out "it drives a device"
printf 'exceptions:\n  - id: KSV017\n    subject: misconfiguration\n    reason: known\n    author: us\n    approver: them\n    expires: 2999-12-31\n' >.seawallignore.yaml
expect "a file of exceptions" 0 "$SEAWALL" check manifest -f json pod.json
findings >got
lacks "a file of exceptions holds" got no-privileged-containers
rm .seawallignore.yaml

# ---- rules ----

expect "a profile alone" 0 "$SEAWALL" check manifest --profile pss-restricted:v1.29 -f json healthy.yaml
findings >got
has "a profile alone: its findings" got "fail pod-security-standards"
lacks "a profile alone: no others" got "no-api-credentials"
expect "both" 0 "$SEAWALL" check manifest --profile pss-baseline,recommendations -f json unhealthy.yaml
findings >got
has "both: the profile" got "fail pod-security-standards"
has "both: the recommendations" got "fail no-root-user"
expect "an unknown profile" 2 "$SEAWALL" check manifest --profile strict healthy.yaml
expect "a wrong version" 2 "$SEAWALL" check manifest --profile pss-baseline:one healthy.yaml
printf 'rules:\n  no-root-user:\n    enforcment: deny\n' >wrong.yaml
expect "a wrong parameter file" 2 "$SEAWALL" check manifest --parameters wrong.yaml healthy.yaml
has "a wrong parameter file: line and choice" err "wrong.yaml line 3: rules.no-root-user.enforcment: unknown key; allowed:"
mkdir own
cat >own/template.yaml <<'END'
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: teamlabel}
spec:
  crd: {spec: {names: {kind: TeamLabel}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package teamlabel
      violation[{"msg": "metadata.labels.team is missing"}] { not input.review.object.metadata.labels.team }
---
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: onlycel}
spec:
  crd: {spec: {names: {kind: OnlyCel}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    code: [{engine: K8sNativeValidation, source: {validations: [{expression: "true"}]}}]
END
cat >own/constraint.yaml <<'END'
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: TeamLabel
metadata: {name: all, annotations: {seawall/severity: critical}}
spec: {match: {kinds: [{apiGroups: [""], kinds: [Service]}]}}
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: OnlyCel
metadata: {name: all}
spec: {match: {kinds: [{apiGroups: [""], kinds: [Service]}]}}
END
expect "policies of one's own" 1 "$SEAWALL" check manifest --policy own --fail-on critical -f json healthy.yaml
findings >got
has "policies of one's own: found" got "fail TeamLabel/all healthy.yaml:"
has "policies of one's own: what cannot be judged is an error" got "error OnlyCel/all"
has "policies of one's own: why" out "unsupported engine K8sNativeValidation"
mkdir rego
printf 'package user.svc\n# METADATA\n# custom: {id: USER-9, severity: HIGH}\ndeny[msg] { input.kind == "Service"; msg := "a service" }\n' >rego/svc.rego
expect "a Rego check of one's own" 1 "$SEAWALL" check manifest --policy rego --fail-on unknown -f json healthy.yaml
has "a Rego check of one's own: found" out "a service"

# ---- forms ----

for form in table json sarif junit csv markdown html gitlab-codequality policy-report; do
	expect "written as $form" 0 "$SEAWALL" check manifest -f $form unhealthy.yaml
	has "written as $form: a finding" out no-privileged-containers
done
expect "in Japanese" 0 "$SEAWALL" check manifest --lang ja unhealthy.yaml
has "in Japanese: the rule" out "特権コンテナーを使わない"
has "in Japanese: what is wrong" out "securityContext.privileged が true"
"$SEAWALL" check manifest -f policy-report unhealthy.yaml mixed/others.yaml >report.yaml
has "a policy report of the namespace" report.yaml 'kind: PolicyReport'
has "a policy report: result" report.yaml 'result: fail'
has "a policy report: summary" report.yaml 'summary:'
expect "a policy report is YAML" 0 "$SEAWALL" policy eval -f report.yaml -p own
has "a policy report names its object" report.yaml '    name: "unfit"'
expect "no form for packages" 2 "$SEAWALL" check manifest -f cyclonedx unhealthy.yaml
expect "help" 0 "$SEAWALL" check manifest --help
lacks "help: nothing of packages" out "ignore-unfixed"
lacks "help: nothing of suppliers" out "--vex"
has "help: parameters" out "--parameters FILE"
expect "the built-in rules" 0 "$SEAWALL" policy list
has "the built-in rules: one" out "no-privileged-containers"
expect "the built-in rules as JSON" 0 "$SEAWALL" policy list -f json
has "the built-in rules as JSON: a parameter" out '"name": "allowedContainerPortsList"'

# ---- not fit to be read ----

printf 'a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\napiVersion: v1\nkind: Pod\nspec: [*f,*f,*f,*f]\n' >bomb.yaml
awk 'BEGIN { printf "apiVersion: v1\nkind: Pod\nspec: "; for (i = 0; i < 100000; i++) printf "["; print "" }' >deep.yaml
awk 'BEGIN { printf "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"spec\": "; for (i = 0; i < 100000; i++) printf "["; print "" }' >deep.json
printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nmetadata: {name: b}\n' >twice.yaml
truncate -s 200M huge.yaml
for one in "bomb.yaml too many values" "deep.yaml nested too deeply" "deep.json deep" "twice.yaml twice" "huge.yaml 200"; do
	file=${one%% *}
	expect "$file is refused" 3 timeout 20 "$SEAWALL" check manifest "$file"
	has "$file: why" err "${one#* }"
	if [ "$(wc -l <err)" = 1 ]; then ok "$file: one line"; else not_ok "$file: one line" "$(wc -l <err) lines"; fi
done
rm huge.yaml
printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: x}\nspec: {containers: [{name: web, ports: [{containerPort: 99999999999999999999999999999999999999}], resources: {limits: {cpu: 1e400, memory: "1"}}}]}\n' >numbers.yaml
expect "huge numbers" 0 "$SEAWALL" check manifest -f json numbers.yaml
has "huge numbers: judged" out '"objects_judged": 1'
