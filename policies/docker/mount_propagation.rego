# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Do not use shared mount propagation
# description: >-
#   With shared propagation a mount made inside of the container appears on the host and in all
#   others.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.20
#   aliases: [CIS-DOCKER-5.20]
#   severity: medium
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.20", "1.7.0": "5.20", "1.6.0": "5.20", "1.3.1": "5.19", "1.2.0": "5.19"}
#   message: "The mount {path} of the container {container} propagates to the host ({propagation})"
#   remediation: Use private or slave propagation.
#   ja:
#     title: 共有マウント伝播を使わない
#     description: >-
#       共有伝播では、コンテナー内で行ったマウントがホストと他のすべてに現れる。
#     message: "コンテナー {container} のマウント {path} がホストに伝播する（{propagation}）"
#     remediation: >-
#       private または slave の伝播を使う。
package seawall.docker.mount_propagation

import data.seawall.lib.container

outside := container.outside

missing := container.no_mounts

deny contains container.finding({"path": object.get(mount, "destination", "?"), "propagation": mount.propagation, "evidence": mount.propagation}) if {
	some mount in input.mounts
	mount.propagation in {"rshared", "shared"}
}

seen contains container.seen(concat(", ", sort({mount.propagation |
	some mount in input.mounts
	mount.propagation != ""
})))
