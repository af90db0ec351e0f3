# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Confirm the cgroup of containers
# description: >-
#   Under another parent the container may share limits with something else, or escape those of the
#   host.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.25
#   aliases: [CIS-DOCKER-5.25]
#   severity: low
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.25", "1.7.0": "5.25", "1.6.0": "5.25", "1.3.1": "5.24", "1.2.0": "5.24"}
#   message: "The container {container} is in the cgroup {parent}, which nobody approved"
#   remediation: Remove --cgroup-parent, or approve it (cgroup_parents).
#   ja:
#     title: コンテナーの cgroup を確認する
#     description: >-
#       別の親の下では、他のものと上限を共有したり、ホストの上限を逃れたりする。
#     message: "コンテナー {container} が承認されていない cgroup {parent} にある"
#     remediation: >-
#       --cgroup-parent を外すか、承認する（cgroup_parents）。
package seawall.docker.container_cgroup

import data.seawall.lib.container

outside := container.outside

missing := container.no_config(["CgroupParent"])

parent := container.value("CgroupParent", "")

deny contains container.finding({"parent": parent, "evidence": parent}) if {
	parent != ""
	not approved
}

approved if parent in data.settings.cgroup_parents

seen contains container.seen(sprintf("HostConfig.CgroupParent: %s", [parent]))
