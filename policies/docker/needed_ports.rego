# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Open only needed ports
# description: Every published port is a way in. What nobody needs should not be open.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.9
#   aliases: [CIS-DOCKER-5.9]
#   severity: low
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "5.9", "1.7.0": "5.9", "1.6.0": "5.9", "1.3.1": "5.8", "1.2.0": "5.8"}
#   message: "The container {container} publishes {port}, which is not approved for its image"
#   remediation: >-
#     Publish only what is needed (no -P), and write down the ports of each image (image_ports).
#   ja:
#     title: 必要なポートだけを開く
#     description: >-
#       公開したポートはどれも入口になる。必要のないものは開けない。
#     message: "コンテナー {container} が、そのイメージに承認されていない {port} を公開している"
#     remediation: >-
#       必要なものだけを公開し（-P は使わない）、イメージごとのポートを書いておく（image_ports）。
package seawall.docker.needed_ports

import data.seawall.lib.container
import data.seawall.lib.docker

outside := container.outside

missing := container.no_inspect | container.no_ports | no_image

# Lists go by the image.
no_image contains docker.unread("image") if {
	container.offline
	count(data.settings.image_ports) > 0
	not docker.told(["image"])
}

published := {binding.port | some binding in container.bindings}

# Lists that hold for the image; none: nobody wrote any down.
lists := [ports |
	some pattern, ports in data.settings.image_ports
	docker.matches(pattern, input.image)
]

approved := {port |
	some list in lists
	some port in list
}

deny contains container.finding({"port": port, "evidence": evidence}) if {
	count(lists) > 0
	some port in published
	not port in approved
}

manual contains container.finding({
	"msg": sprintf("Decide whether the container %s needs the ports that it publishes: %s", [container.name, concat(", ", sort(published))]),
	"ja": sprintf("コンテナー %s が公開するポートが必要かを判断する: %s", [container.name, concat(", ", sort(published))]),
	"evidence": evidence,
}) if {
	count(published) > 0
	count(lists) == 0
}

exposed := [port | some port, _ in exposed_ports]

exposed_ports := ports if {
	ports := input.inspect.Config.ExposedPorts
	is_object(ports)
} else := {}

evidence := sprintf("published: %s; exposed: %s", [container.ports_shown, concat(", ", exposed)])

seen contains container.seen(evidence)
