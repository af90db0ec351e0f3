# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Role-based access control is on for the cluster
# description: >-
#   The API server decides by roles (RBAC), and not everything is allowed. Without roles each
#   account may do everything, and so may each pod that holds a token.
# related_resources:
#   - https://kubernetes.io/docs/reference/access-authn-authz/authorization/
# custom:
#   id: SW-REC-019
#   aliases: [rbac-enabled, ac4a19c2-fa67-49b4-8ae5-0b2e78c49457, CIS-K8S-1.12-1.2.6, CIS-K8S-1.12-1.2.8, CIS-K8S-1.12-5.1.1]
#   severity: high
#   message: "{what}"
#   remediation: >-
#     Create the cluster with RBAC (a managed one often has to be created again; elsewhere
#     --authorization-mode=Node,RBAC), and bind roles with the least rights to users and groups.
#   ja:
#     title: ロールベースのアクセス制御を使う
#     description: "API サーバーがロール（RBAC）で認可し、すべてを許可する設定ではない。ロールが無ければ、どのアカウントも、トークンを持つどのポッドも、あらゆる操作ができる。"
#     message: "{what_ja}"
#     remediation: "RBAC を有効にしてクラスターを作成し（マネージド クラスターは作り直しが必要なことが多い。それ以外は --authorization-mode=Node,RBAC）、ユーザーとグループに最小限の権限のロールを割り当てる。"
package seawall.cluster.rbac_enabled

import data.seawall.lib.arm
import data.seawall.lib.facts
import data.seawall.lib.settings

recommendation := "rbac-enabled"

not_applicable := settings.disabled if settings.is_disabled(recommendation, "audit")

judged if not settings.is_disabled(recommendation, "audit")

# Version 1.1.0 of the definition takes a cluster that does not say it for one that has it.
lenient if settings.parameter(recommendation, "mode") == "1.1.0"

unread contains reason if some reason in arm.unclear

unread contains arm.not_a_truth(["enableRBAC"]) if arm.is_arm

deny contains finding if {
	judged
	arm.is_arm
	not enabled
	finding := {
		"subject": arm.name,
		"evidence": sprintf("enableRBAC: %v", [arm.shown(["enableRBAC"])]),
		"what": "role-based access control is not enabled",
		"what_ja": "ロールベースのアクセス制御が有効でない",
	}
}

enabled if arm.is_true(arm.property(["enableRBAC"]))

enabled if {
	lenient
	object.get(input.resource, "properties", {})
	not arm.property(["enableRBAC"])
	not has_value
}

has_value if {
	some key, value in arm.properties
	lower(key) == "enablerbac"
	value != null
}

# Elsewhere: the flags of the API server, else what it does.
flags := input.api_server.flags if is_object(input.api_server.flags)

config_named if {
	flags["authorization-config"]
	flags["authorization-config"] != ""
}

config := input.api_server.authorization_config if is_object(input.api_server.authorization_config)

modes := {upper(trim_space(mode)) | some mode in split(flags["authorization-mode"], ",")} if {
	flags["authorization-mode"]
} else := {upper(authorizer.type) | some authorizer in config.authorizers} if {
	is_array(config.authorizers)
} else := {"ALWAYSALLOW"} if {
	flags
	not config_named
}

deny contains finding if {
	judged
	not arm.is_arm
	"ALWAYSALLOW" in modes
	finding := {
		"subject": "kube-apiserver",
		"evidence": concat(",", sort(modes)),
		"what": "the API server allows everything (AlwaysAllow)",
		"what_ja": "API サーバーがすべてを許可している（AlwaysAllow）",
	}
}

deny contains finding if {
	judged
	not arm.is_arm
	modes
	not "RBAC" in modes
	not "ALWAYSALLOW" in modes
	finding := {
		"subject": "kube-apiserver",
		"evidence": concat(",", sort(modes)),
		"what": "the API server does not authorise by roles (RBAC)",
		"what_ja": "API サーバーがロール（RBAC）で認可していない",
	}
}

deny contains finding if {
	judged
	not arm.is_arm
	not modes
	input.rbac.api_available == false
	finding := {
		"subject": "kube-apiserver",
		"evidence": "rbac.authorization.k8s.io",
		"what": "the API of roles is not served",
		"what_ja": "ロールの API が提供されていない",
	}
}

deny contains finding if {
	judged
	not arm.is_arm
	not modes
	input.rbac.api_available == true
	stranger_allowed == true
	finding := {
		"subject": "kube-apiserver",
		"evidence": "SubjectAccessReview",
		"what": "a user without any role may delete nodes",
		"what_ja": "ロールのないユーザーがノードを削除できる",
	}
}

# Whether a user who holds no role may delete nodes.
stranger_allowed := input.rbac.stranger_allowed if is_boolean(input.rbac.stranger_allowed)

unread contains facts.why_absent("rbac.api_available") if {
	not arm.is_arm
	not modes
	not is_boolean(facts.at(["rbac", "api_available"]))
}

unread contains facts.why_absent("rbac.stranger_allowed") if {
	not arm.is_arm
	not modes
	input.rbac.api_available == true
	not is_boolean(facts.at(["rbac", "stranger_allowed"]))
}

missing contains facts.no_document if {
	judged
	not is_object(input)
}

# What a resource does not clearly say decides nothing; of facts, what is proved stands.
missing contains reason if {
	judged
	arm.is_arm
	some reason in unread
}

missing contains reason if {
	judged
	not arm.is_arm
	count(deny) == 0
	some reason in unread
}
