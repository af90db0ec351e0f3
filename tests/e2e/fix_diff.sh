#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The smallest change of Kubernetes files: written, applied by other tools, judged again.
# e2e: timeout=120
. "$SOURCE/tests/e2e/lib.sh"

mkdir -p deploy
cat >deploy/web.yaml <<'END'
# The shop
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      hostNetwork: true   # asked for in March
      volumes:
        - name: data
          hostPath: {path: /srv}
      containers:
        - name: web
          image: "registry.example.com/web:1.2"
          securityContext:
            privileged: true
          volumeMounts: [{name: data, mountPath: /data}]
        - {name: side, image: registry.example.com/side:3}
---
apiVersion: v1
kind: Pod
metadata: {name: ok, namespace: shop}
spec: {containers: []}
END
printf '{\r\n  "apiVersion": "v1",\r\n  "kind": "Pod",\r\n  "metadata": {"name": "a", "namespace": "shop"},\r\n  "spec": {\r\n    "hostPID": true,\r\n    "containers": [\r\n      {\r\n        "name": "c",\r\n        "image": "x:1"\r\n      }\r\n    ]\r\n  }\r\n}\r\n' >deploy/pod.json

check() { "$SEAWALL" check manifest --profile pss-restricted "$@"; }

expect "the change is written" 0 "$SEAWALL" check manifest --profile pss-restricted --fix-diff deploy
cp out change.diff
has "comments stay" change.diff "+      hostNetwork: false   # asked for in March"
has "a volume keeps its mounts" change.diff "emptyDir: {}"
expect "before it the objects fail" 1 check --fail-on low deploy
if command -v patch >/dev/null; then
	expect "the change applies" 0 patch --binary -p1 -i change.diff
	expect "with it they pass" 0 check --fail-on low deploy
	check --fix-diff deploy >again 2>again.err
	expect "a second change has nothing to do" 1 test -s again
	has "flow style stays" deploy/web.yaml "- {name: side, image: registry.example.com/side:3, securityContext:"
	expect "line ends of the JSON file stay" 0 sh -c 'test "$(grep -c "" deploy/pod.json)" = "$(grep -c "$(printf "\r")" deploy/pod.json)"'
else
	skip "the change applies" "patch is not installed"
fi

# --- only what the report shows is changed
cat >some.yaml <<'END'
apiVersion: v1
kind: Pod
metadata: {name: some, namespace: shop}
spec:
  hostPID: true
  containers:
    - name: a
      image: registry.example.com/a:1
      securityContext: {privileged: true}
    # seawall:ignore=no-privileged-containers the driver needs it
    - name: b
      image: registry.example.com/b:1
      securityContext: {privileged: true}
END
"$SEAWALL" check manifest --fix-diff some.yaml >part.diff 2>part.err
lacks "a rule that a comment hides in part is left alone" part.diff 'privileged: false'
has "and told" part.err 'no-privileged-containers: an exception holds for a part of it'
has "others are mended" part.diff 'hostPID'
sed -i 's/^    # seawall:ignore.*//' some.yaml
cat >.seawallignore.yaml <<END
exceptions:
  - {id: no-host-pid-ipc, path: some.yaml, reason: a monitor, author: platform, expires: $(date -u -d '+30 days' +%Y-%m-%d)}
END
"$SEAWALL" check manifest --fix-diff some.yaml >except.diff 2>except.err
lacks "what an exception hides is left alone" except.diff 'hostPID: '
has "the rest is mended" except.diff 'privileged: '
rm .seawallignore.yaml
severity=$("$SEAWALL" check manifest -f json some.yaml | jq -r '[.misconfigurations[]? | select(.id == "no-host-pid-ipc") | .severity][0]')
other=low
[ "$severity" = low ] && other=critical
"$SEAWALL" check manifest --fix-diff --severity $other some.yaml >severity.diff 2>severity.err
lacks "what --severity leaves out is left alone" severity.diff 'hostPID: '

# --- fields that a version of Kubernetes does not have
mkdir -p version
cat >version/parameters.yaml <<'EOT'
rules:
  apparmor-profile-restricted:
    enforcement: deny
    parameters: {allowedProfiles: [runtime/default]}
EOT
cat >version/pod.yaml <<'EOT'
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations: {container.apparmor.security.beta.kubernetes.io/app: unconfined}
spec:
  containers:
    - {name: app, image: "registry.example.com/app:1"}
    - {name: two, image: "registry.example.com/two:1"}
EOT
cp version/pod.yaml version/new.yaml
expect "a change for 1.29" 0 "$SEAWALL" check manifest --fix-diff --kubernetes-version 1.29 --parameters version/parameters.yaml version/pod.yaml
cp out version/old.patch
has "1.29: the annotation" version/old.patch 'container.apparmor.security.beta.kubernetes.io/two: runtime/default'
lacks "1.29: no field that it drops" version/old.patch appArmorProfile
patch -s -p1 <version/old.patch
expect "1.29: applied" 0 "$SEAWALL" check manifest -f json --parameters version/parameters.yaml version/pod.yaml
if jq -e 'all(.misconfigurations[]; .id != "apparmor-profile-restricted")' out >jq.out; then ok "1.29: it passes"; else not_ok "1.29: it passes" "$(cat out)"; fi
expect "a change for 1.30" 0 "$SEAWALL" check manifest --fix-diff --kubernetes-version v1.30.2 --parameters version/parameters.yaml version/new.yaml
has "1.30: the field" out appArmorProfile
expect "no version" 2 "$SEAWALL" check manifest --fix-diff --kubernetes-version new version/new.yaml
