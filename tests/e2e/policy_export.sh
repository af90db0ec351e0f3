# SPDX-License-Identifier: Apache-2.0
# `seawall policy export` and `import`: the built-in rules under other names, and back.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C

cat >p.yaml <<'END'
rules:
  trusted-registries-only:
    enforcement: deny
    parameters: {allowedContainerImagesRegex: "^registry[.]example[.]com/"}
  hostpath-volumes-restricted:
    parameters: {allowedHostPaths: {paths: [{pathPrefix: /var/log, readOnly: true}]}}
  container-allowed-ports:
    parameters: {allowedContainerPortsList: ["8080"]}
END
expect "export" 0 "$SEAWALL" policy export --parameters p.yaml
cp out ours.yaml
has "export: our kind" ours.yaml "kind: SeawallTrustedRegistriesOnly"
has "export: as configured" ours.yaml 'allowedContainerImagesRegex: "^registry'
has "export: action" ours.yaml "enforcementAction: deny"
has "export: namespaces that are left out" ours.yaml "kube-system"
expect "what was exported loads" 0 "$SEAWALL" policy list ours.yaml

expect "export under the other kinds" 0 "$SEAWALL" policy export --parameters p.yaml --format k8sazure
cp out azure.yaml
expect "what was exported under the other kinds loads" 0 "$SEAWALL" policy list azure.yaml
for word in "kind: K8sAzureContainerAllowedImages" "name: k8sazurecontainerallowedimages" "imageRegex:" "allowedPorts:"; do
	has "export under the other kinds: $word" azure.yaml "$word"
done
lacks "export under the other kinds: none of ours" azure.yaml "kind: Seawall"
lacks "export under the other kinds: no parameter of ours" azure.yaml "allowedContainerImagesRegex"

# What was exported and imported is what was there.
expect "import" 0 "$SEAWALL" policy import --templates azure.yaml
cp out back.yaml
kinds() { sed -n 's/^kind: //p' "$1" | sort; }
kinds ours.yaml >want && kinds back.yaml >got
same "import: all kinds are ours again" got want
constraints() { "$SEAWALL" policy eval -o json -p "$1" -f pod.yaml; }
cat >pod.yaml <<'END'
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  volumes: [{name: v, hostPath: {path: /etc}}, {name: l, hostPath: {path: /var/log}}]
  containers:
    - name: web
      image: nginx
      ports: [{containerPort: 9001}]
      volumeMounts: [{name: l, mountPath: /l, readOnly: true}]
END
constraints ours.yaml >want
constraints back.yaml >got
has "import: something is judged" want "violatingObject"
same "import: constraints judge as before, and are the same" got want
messages() { "$SEAWALL" policy eval -p "$1" -f pod.yaml | sort; }
messages ours.yaml >want
messages azure.yaml >got
same "the other kinds judge the same" got want

expect "one rule" 0 "$SEAWALL" policy export --format k8sazure no-privileged-containers
grep -c '^kind:' out >got
echo 2 >want
same "one rule: a template and a constraint" got want
expect "a rule that there is not" 2 "$SEAWALL" policy export no-such-rule
expect "a profile" 0 "$SEAWALL" policy export --profile restricted --format k8sazure pod-security-standards
has "a profile: under its own kind" out "kind: SeawallPodSecurity"
has "a profile: said" err "has no counterpart there"

# Constraints of a cluster, without their templates, in a later version of a kind.
cat >constraint.yaml <<'END'
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: K8sAzureV2ContainerAllowedImages
metadata: {name: azurepolicy-images}
spec:
  enforcementAction: deny
  match: {kinds: [{apiGroups: [""], kinds: [Pod]}]}
  parameters: {imageRegex: "^registry[.]example[.]com/", imageMaxAge: 5}
END
expect "a constraint without its template is judged by our rule" 1 "$SEAWALL" policy eval -p constraint.yaml -f pod.yaml
has "a constraint without its template: message" out "image nginx is not of a trusted registry"
has "a constraint without its template: what it has beside" err "parameter imageMaxAge has no counterpart in trusted-registries-only"
printf 'apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: K8sAzureV1UniqueServiceSelector\nmetadata: {name: u}\nspec: {}\n' >other.yaml
expect "a kind without counterpart" 3 "$SEAWALL" policy import other.yaml
has "a kind without counterpart: said" err "K8sAzureV1UniqueServiceSelector/u has no counterpart"
expect "nothing to import" 3 "$SEAWALL" policy import pod.yaml
