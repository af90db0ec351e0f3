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
