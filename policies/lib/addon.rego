# SPDX-License-Identifier: Apache-2.0
# The policy add-on of a cluster: its webhook, what the webhook leads to, and its sign of life.
package seawall.lib.addon

import data.seawall.lib.facts
import data.seawall.lib.settings

max_silence_ns := 45 * 60 * 1000 * 1000000

configurations := [w |
	some w in input.webhooks
	w.kind == "ValidatingWebhookConfiguration"
	is_ours(w)
]

is_ours(object) if object.metadata.labels["app.kubernetes.io/name"] == "seawall"

is_ours(object) if regex.match(`^seawall(-|$)`, object.metadata.name)

hooks := [hook |
	some w in configurations
	some hook in w.webhooks
]

services := {[s.namespace, s.name] |
	some hook in hooks
	s := hook.clientConfig.service
}

in_cluster if count(services) > 0

service_known(s) if is_boolean(service_found(s))

# What a collector says of it, or the objects themselves.
service_found(s) := input.policy_addon.service.found if {
	is_boolean(input.policy_addon.service.found)
} else := true if {
	some object in input.objects
	object.kind == "Service"
	[object.metadata.namespace, object.metadata.name] == s
} else := false if is_array(input.objects)

pods := input.policy_addon.pods if {
	is_array(input.policy_addon.pods)
} else := [{"name": object.metadata.name, "ready": ready(object)} |
	some object in input.objects
	object.kind == "Pod"
	is_ours(object)
	some [namespace, _] in services
	object.metadata.namespace == namespace
] if {
	is_array(input.objects)
}

ready(pod) if {
	some condition in pod.status.conditions
	condition.type == "Ready"
	condition.status == "True"
} else := false

heartbeats := [input.policy_addon.heartbeat | facts.is_time(input.policy_addon.heartbeat)] if {
	object.get(input.policy_addon, "heartbeat", "absent") != "absent"
} else := [object.spec.renewTime |
	some object in input.objects
	object.kind == "Lease"
	is_ours(object)
	facts.is_time(object.spec.renewTime)
] if {
	is_array(input.objects)
}

faults contains {
	"subject": "ValidatingWebhookConfiguration",
	"what": "no webhook of the policy add-on is registered",
	"what_ja": "ポリシー アドオンの webhook が登録されていない",
} if {
	is_array(input.webhooks)
	not facts.not_read("webhooks")
	count(hooks) == 0
}

faults contains {
	"subject": hook.name,
	"what": sprintf("the caBundle of webhook %v is no certificate", [hook.name]),
	"what_ja": sprintf("webhook %v の caBundle が証明書でない", [hook.name]),
} if {
	some hook in hooks
	not has_certificate(hook)
}

has_certificate(hook) if count(crypto.x509.parse_certificates(hook.clientConfig.caBundle)) > 0

faults contains {
	"subject": concat("/", s),
	"what": sprintf("the service %v of the webhook is not there", [concat("/", s)]),
	"what_ja": sprintf("webhook の Service %v がない", [concat("/", s)]),
} if {
	some s in services
	service_found(s) == false
}

faults contains {
	"subject": "pods of the webhook",
	"what": "no pod of the webhook is running",
	"what_ja": "webhook のポッドが動作していない",
} if {
	in_cluster
	count(pods) == 0
}

faults contains {
	"subject": pod.name,
	"what": sprintf("pod %v of the webhook is not ready", [pod.name]),
	"what_ja": sprintf("webhook のポッド %v が Ready でない", [pod.name]),
} if {
	in_cluster
	some pod in pods
	not pod.ready == true
}

faults contains {
	"subject": "policy agent",
	"evidence": concat(", ", heartbeats),
	"what": "the policy agent has not been heard of within the last 45 minutes",
	"what_ja": "ポリシー エージェントからの通信が直近 45 分間にない",
} if {
	count(hooks) > 0
	not alive
	settings.at_ns
	is_array(heartbeats)
}

alive if {
	some heartbeat in heartbeats
	settings.at_ns - time.parse_rfc3339_ns(heartbeat) < max_silence_ns
}

unread contains facts.why_absent("webhooks") if not is_array(facts.at(["webhooks"]))

unread contains facts.why_absent("webhooks") if facts.not_read("webhooks")

unread contains facts.why_absent("policy_addon.service") if {
	some s in services
	not service_known(s)
}

unread contains facts.why_absent("policy_addon.pods") if {
	in_cluster
	not pods
}

unread contains facts.why_absent("policy_addon.heartbeat") if {
	count(hooks) > 0
	not heartbeats
}

unread contains settings.no_clock if {
	count(hooks) > 0
	not settings.at_ns
}
