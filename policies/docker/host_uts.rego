# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Do not share the host UTS namespace
# description: With the UTS namespace of the host the container may rename the host.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.21
#   aliases: [CIS-DOCKER-5.21]
#   severity: medium
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.21", "1.7.0": "5.21", "1.6.0": "5.21", "1.3.1": "5.20", "1.2.0": "5.20"}
#   message: "The container {container} shares the UTS namespace of the host"
#   remediation: Remove --uts=host.
#   ja:
#     title: ホストの UTS 名前空間を共有しない
#     description: >-
#       ホストの UTS 名前空間を持つコンテナーは、ホストの名前を変えられる。
#     message: "コンテナー {container} がホストの UTS 名前空間を共有している"
#     remediation: >-
#       --uts=host を外す。
package seawall.docker.host_uts

import data.seawall.lib.container

outside := container.outside

missing := container.no_config(["UTSMode"])

deny contains container.finding({"evidence": "HostConfig.UTSMode is host"}) if container.value("UTSMode", "") == "host"

seen contains container.seen(sprintf("HostConfig.UTSMode: %s", [container.value("UTSMode", "")]))
