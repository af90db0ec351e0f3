# SPDX-License-Identifier: Apache-2.0
# What recommendations about workloads ask of the facts of a container of a Docker host, in the same words as on
# Kubernetes: parameters by the id of the recommendation, containers and images that are left out.
package seawall.lib.workload

import data.seawall.lib.container
import data.seawall.lib.docker
import data.seawall.lib.settings

outside(_) := container.outside

outside(id) := settings.disabled if {
	not container.outside
	settings.is_disabled(id, "audit")
}

outside(id) := {"msg": "left out by a parameter", "ja": "パラメーターで除外されている"} if {
	not container.outside
	not settings.is_disabled(id, "audit")
	is_excluded(id)
}

is_excluded(id) if container.name in settings.parameter(id, "excludedContainers")

# Labels that the selector of the parameters does not select.
is_excluded(id) if settings.parameter(id, "left_out") == true

is_excluded(id) if {
	some pattern in settings.parameter(id, "excludedImages")
	docker.matches(pattern, input.image)
}

is_set(id, keys) if {
	some key in keys
	not is_null(settings.parameter_or(id, key, null))
}

# A recommendation that needs a list is for a person to decide until there is one; or unhealthy, where the operator
# wants that.
undecided(id, keys) if {
	not is_set(id, keys)
	not unhealthy
}

unhealthy if data.settings.unconfigured == "unhealthy"

judged(id, keys) if not undecided(id, keys)

decision(used, used_ja) := container.finding({
	"msg": sprintf("%s: needs a decision; used now: %s", [container.name, used]),
	"ja": sprintf("%s: 判断が必要。現在の使用: %s", [container.name, used_ja]),
	"evidence": used,
})
