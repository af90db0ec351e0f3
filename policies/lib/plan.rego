# SPDX-License-Identifier: Apache-2.0
# Protection plans of a tenant: pricing records of a subscription, {"form": "arm", "subscription": id,
# "pricings": [...]}, or {"plans": {"registry_scanning": "on"}}.
package seawall.lib.plan

import data.seawall.lib.arm
import data.seawall.lib.facts

records(record) := [r |
	some r in input.pricings
	arm.is_word(arm.member(r, "name"), record)
]

tier(r) := arm.property_of(r, ["pricingTier"])

is_on(record, _) if {
	arm.is_arm
	count(records(record)) > 0
	every r in records(record) {
		arm.is_word(tier(r), "standard")
	}
}

is_on(_, plan) if {
	not arm.is_arm
	word(input.plans[plan])
}

# Members of a facts document that is not of a cloud.
word(value) if value == true

word(value) if lower(value) in {"on", "standard"}

finding(record, plan) := {
	"subject": subject,
	"evidence": evidence(record, plan),
	"what": sprintf("the plan %v is not switched on", [called(record, plan)]),
	"what_ja": sprintf("プラン %v が有効でない", [called(record, plan)]),
} if {
	known
}

known if arm.is_arm

known if is_object(input.plans)

called(record, plan) := record if arm.is_arm else := plan

subject := input.subscription if arm.is_arm else := facts.name

evidence(record, _) := sprintf("there is no pricing record %v", [record]) if {
	arm.is_arm
	count(records(record)) == 0
}

evidence(record, _) := sprintf("pricingTier: %v", [concat(", ", [shown |
	some r in records(record)
	shown := object.get({"tier": tier(r)}, "tier", "absent")
])]) if {
	arm.is_arm
	count(records(record)) > 0
}

evidence(_, plan) := sprintf("plans.%v: %v", [plan, json.marshal(object.get(input.plans, plan, "absent"))]) if not arm.is_arm

unclear(record, _) := {reason |
	arm.is_arm
	some r in records(record)
	value := tier(r)
	odd_tier(value)
	reason := {
		"msg": sprintf("the pricing tier %v of plan %v cannot be judged", [json.marshal(value), record]),
		"ja": sprintf("プラン %v の pricingTier の値 %v は判定できない", [record, json.marshal(value)]),
	}
} | {reason |
	not arm.is_arm
	not is_object(facts.at(["plans"]))
	reason := facts.why_absent("plans")
}

odd_tier(value) if not is_string(value)

odd_tier(value) if arm.is_expression(value)

no_list(key) := facts.why_absent(key) if not is_array(facts.at([key]))

# No credentials, no sources: nothing, 0, or an empty list.
is_none(value) if value in {null, false, 0, ""}

is_none(value) if {
	is_array(value)
	count(value) == 0
}
