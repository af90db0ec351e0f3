# SPDX-License-Identifier: Apache-2.0
# Forms that templates of other libraries have: each loads and judges, or says why it cannot.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C

template() { # KIND SCHEMA: a template whose Rego is standard input
	cat <<END
---
apiVersion: templates.gatekeeper.sh/v1beta1
kind: ConstraintTemplate
metadata: {name: $(echo "$1" | tr '[:upper:]' '[:lower:]')}
spec:
  crd: {spec: {names: {kind: $1, listKind: ${1}List, plural: p, singular: s, shortNames: [x]}, validation: $2}}
  targets:
    - rego: |
$(sed 's/^/        /')
      target: admission.k8s.gatekeeper.sh
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: $1
metadata: {name: it-is-$(echo "$1" | tr '[:upper:]' '[:lower:]')}
spec: {match: {kinds: [{apiGroups: ["*"], kinds: ["*"]}]}, parameters: {list: [owner]}}
END
}

cat >pod.yaml <<'END'
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: web, image: nginx, securityContext: {runAsUser: 0}}]}
END
{
	# A kind that begins with a small letter, a package called otherwise, no schema at all.
	template ownerKind '{}' <<'END'
package owner_of_everything
violation[{"msg": msg}] {
  wanted := input.parameters.list[_]
  not input.review.object.metadata.labels[wanted]
  msg := sprintf("no label %v", [wanted])
}
END
	# The schema in the wrong place; names of builtins as variables; answers that are comparisons.
	template MisplacedSchema '{type: object, properties: {list: {type: array}}}' <<'END'
package misplaced
violation[{"msg": msg, "details": {}}] {
  c := input.review.object.spec.containers[_]
  has(c, "securityContext")
  not accepted("NonRoot", c.securityContext.runAsUser)
  msg := sprintf("user of %v", [c.name])
}
has(object, field) = true { object[field] }
accepted("Any", count) { true }
accepted("NonRoot", count) = res { res := count != 0 }
END
	# Builtins that are gone in version 1, unification in place of assignment, a schema without types.
	template OldBuiltins '{openAPIV3Schema: {properties: {list: {type: array, items: {type: string}}}}}' <<'END'
package oldbuiltins
violation[{"msg": msg}] {
  c := input.review.object.spec.containers[_]
  good = [ok | prefix = input.parameters.list[_]; ok = startswith(c.image, prefix)]
  not any(good)
  re_match("^[a-z]+$", c.image)
  msg := sprintf("image %v", [c.image])
}
END
	# Nothing but a legacy schema.
	template Legacy '{legacySchema: true}' <<'END'
package legacy
violation[{"msg": "every object"}] { input.review.operation != "DELETE"; before(input.review) }
before(r) = out { not r.object.spec.hostNetwork; out = true }
END
} >policies.yaml
expect "all of them load" 0 "$SEAWALL" policy list policies.yaml
expect "all of them judge" 1 "$SEAWALL" policy eval -p policies.yaml -f pod.yaml
for text in '["it-is-ownerkind"] Message: "no label owner"' '["it-is-misplacedschema"] Message: "user of web"' \
	'["it-is-oldbuiltins"] Message: "image nginx"' '["it-is-legacy"] Message: "every object"'; do
	has "judged: $text" out "$text"
done

# A template that has no rule violation, and one of another engine.
template OnlyDeny '{}' >deny.yaml <<'END'
package onlydeny
deny["x"] { true }
END
expect "a template without violation" 1 "$SEAWALL" policy list deny.yaml
has "a template without violation: said" out "violation"
cat >cel.yaml <<'END'
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: celonly}
spec:
  crd: {spec: {names: {kind: CelOnly}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      code: [{engine: K8sNativeValidation, source: {validations: [{expression: "true"}]}}]
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: CelOnly
metadata: {name: c}
END
expect "another engine is never passed over" 1 "$SEAWALL" policy eval -p cel.yaml -f pod.yaml
has "another engine: said" out "unsupported engine K8sNativeValidation"
