# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Vulnerabilities in registry images are fixed
# description: >-
#   No image of the registry has a finding that counts. A registry in which nothing could be scanned
#   is not applicable. A known flaw in an image is in every container that is started from it.
# related_resources:
#   - https://learn.microsoft.com/azure/templates/microsoft.security/assessments
# custom:
#   id: SW-REC-024
#   aliases: [registry-image-vulnerabilities-remediated, 5f0f936f-2f01-4bf5-b6be-d423792fa562]
#   severity: high
#   message: "{what}"
#   remediation: >-
#     Rebuild the image on a repaired base or with repaired packages, push it, see that it is clean,
#     and delete the old digest.
#   ja:
#     title: レジストリ イメージの脆弱性を修復する
#     description: "レジストリのどのイメージにも、対象となる検出結果が無い。検査できたイメージが無いレジストリは適用対象外である。イメージの既知の欠陥は、そこから起動したすべてのコンテナーに含まれる。"
#     message: "{what_ja}"
#     remediation: "修正済みのベースイメージやパッケージでイメージを作り直してプッシュし、問題が無いことを確かめて古いダイジェストを削除する。"
package seawall.registry.image_vulnerabilities_remediated

import data.seawall.lib.arm
import data.seawall.lib.facts
import data.seawall.lib.settings

recommendation := "registry-image-vulnerabilities-remediated"

# The scanner changed and with it the key of the assessment, not what it says: the newest first.
assessment_keys := [
	"33422d8f-ab1e-42be-bc9a-38685bb567b9",
	"c0b7cfc6-3172-465a-b378-53c7ff2cc0d5",
	"dbd0cb49-b563-45e7-9724-889e799fa648",
]

not_applicable := settings.disabled if settings.is_disabled(recommendation, "auditifnotexists")

judged if not settings.is_disabled(recommendation, "auditifnotexists")

# The assessment of this registry, and what lies below it.
assessments := [a |
	some key in assessment_keys
	some a in arm.related("Microsoft.Security/assessments")
	lower(arm.member(a, "name")) == key
]

assessment_key := lower(arm.member(assessments[0], "name"))

code := arm.property_of(assessments[0], ["status", "code"])

unread contains {
	"msg": sprintf("there is no assessment %v of registry %v", [concat(" or ", assessment_keys), arm.name]),
	"ja": sprintf("レジストリ %v の評価 %v がない", [arm.name, concat("、", assessment_keys)]),
} if {
	arm.is_arm
	count(assessments) == 0
}

unread contains {
	"msg": sprintf("the assessment of registry %v has no state that can be judged", [arm.name]),
	"ja": sprintf("レジストリ %v の評価に判定できる状態がない", [arm.name]),
} if {
	arm.is_arm
	count(assessments) > 0
	not known_code
}

known_code if lower(code) in {"healthy", "unhealthy", "notapplicable"}

not_applicable := {"msg": why, "ja": why_ja} if {
	judged
	arm.is_arm
	lower(code) == "notapplicable"
	[why, why_ja] := reason
}

reason := ["the registry is exempt", "レジストリは適用除外されている"] if {
	is_exempt
} else := [
	sprintf("no image of the registry could be scanned%v", [said]),
	sprintf("検査できたイメージがレジストリにない%v", [said]),
]

is_exempt if lower(arm.property_of(assessments[0], ["status", "cause"])) == "exempt"

is_exempt if lower(arm.property_of(assessments[0], ["status", "description"])) == "exempt"

said := sprintf(" (%v)", [arm.property_of(assessments[0], ["status", "description"])]) if {
	arm.property_of(assessments[0], ["status", "description"])
} else := sprintf(" (%v)", [arm.property_of(assessments[0], ["status", "cause"])]) if {
	arm.property_of(assessments[0], ["status", "cause"])
} else := ""

details := [d |
	some d in arm.related("Microsoft.Security/assessments/subAssessments")
	lower(arm.property_of(d, ["status", "code"])) == "unhealthy"
	not of_another_assessment(d)
]

of_another_assessment(d) if {
	some key in assessment_keys
	key != assessment_key
	contains(lower(arm.member(d, "id")), key)
}

deny contains finding if {
	judged
	arm.is_arm
	lower(code) == "unhealthy"
	some d in details
	finding := {
		"subject": image_of(d),
		"evidence": concat(" ", [
			object.get({"v": arm.property_of(d, ["status", "severity"])}, "v", ""),
			object.get({"v": arm.property_of(d, ["id"])}, "v", ""),
		]),
		"what": sprintf("%v: %v", [image_of(d), title_of(d)]),
		"what_ja": sprintf("%v: %v", [image_of(d), title_of(d)]),
	}
}

image_of(d) := sprintf("%v@%v", [
	arm.property_of(d, ["additionalData", "repositoryName"]),
	arm.property_of(d, ["additionalData", "imageDigest"]),
]) else := arm.name

title_of(d) := arm.property_of(d, ["displayName"]) else := "a finding without title"

deny contains finding if {
	judged
	arm.is_arm
	lower(code) == "unhealthy"
	count(details) == 0
	finding := {
		"subject": arm.name,
		"evidence": assessment_key,
		"what": sprintf("images of registry %v have vulnerabilities", [arm.name]),
		"what_ja": sprintf("レジストリ %v のイメージに脆弱性がある", [arm.name]),
	}
}

# Elsewhere: what was scanned by digest.
images := input.images if is_array(input.images)

scanned := [image |
	some image in images
	image.state == "scanned"
]

failed := [image |
	some image in images
	not object.get(image, "state", "") in {"scanned", "not_applicable"}
]

unread contains facts.why_absent("images") if {
	not arm.is_arm
	not images
}

unread contains {
	"msg": sprintf("image %v was not scanned%v", [named(image), because(image)]),
	"ja": sprintf("イメージ %v は検査されていない%v", [named(image), because(image)]),
} if {
	not arm.is_arm
	count(vulnerable) == 0
	some image in failed
}

unread contains {
	"msg": sprintf("image %v: its findings are not in the facts", [named(image)]),
	"ja": sprintf("イメージ %v: 検出結果が収集した事実にない", [named(image)]),
} if {
	not arm.is_arm
	count(vulnerable) == 0
	some image in scanned
	not is_array(object.get(image, "findings", null))
}

because(image) := sprintf(": %v", [image.reason]) if is_string(image.reason) else := ""

named(image) := object.get(image, "digest", object.get(image, "name", "?"))

not_applicable := {
	"msg": "no image of the registry could be scanned",
	"ja": "検査できたイメージがレジストリにない",
} if {
	judged
	not arm.is_arm
	count(scanned) == 0
	count(failed) == 0
}

# Findings that nobody has switched off, over the number that is allowed of their severity.
counting(image) := [f |
	some f in image.findings
	not object.get(f, "suppressed", false)
]

allowed := settings.parameter_or(recommendation, "allowed", {})

over(image) := [severity |
	found := counting(image)
	some severity in {lower(object.get(f, "severity", "unknown")) | some f in found}
	count([f |
		some f in found
		lower(object.get(f, "severity", "unknown")) == severity
	]) > object.get(allowed, severity, 0)
]

vulnerable := [image |
	some image in scanned
	count(over(image)) > 0
]

deny contains finding if {
	judged
	not arm.is_arm
	some image in vulnerable
	found := counting(image)
	finding := {
		"subject": named(image),
		"evidence": concat(", ", sort([object.get(f, "id", "?") | some f in array.slice(found, 0, 20)])),
		"what": sprintf("image %v has %v findings that count", [named(image), count(found)]),
		"what_ja": sprintf("イメージ %v に対象となる検出結果が %v 件ある", [named(image), count(found)]),
	}
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
