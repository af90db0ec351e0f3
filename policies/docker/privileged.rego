# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Avoid privileged containers
# description: >-
#   A privileged container has all capabilities, all devices and no profile. Its root is root of the
#   host.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.5
#   aliases: [CIS-DOCKER-5.5]
#   severity: critical
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.5", "1.7.0": "5.5", "1.6.0": "5.5", "1.3.1": "5.4", "1.2.0": "5.4"}
#   recommendations: [no-privileged-containers]
#   alerts: [SW-HOST-005]
#   message: "The container {container} is privileged"
#   remediation: Remove --privileged and give the container the single capability or device that it needs.
#   ja:
#     title: 特権コンテナーを避ける
#     description: >-
#       特権コンテナーはすべてのケーパビリティとデバイスを持ち、プロファイルがない。その root はホストの root である。
#     message: "コンテナー {container} が特権で動く"
#     remediation: >-
#       --privileged を外し、必要なケーパビリティやデバイスだけを与える。
package seawall.docker.privileged

import data.seawall.lib.container

outside := container.outside

missing := container.no_config(["Privileged"])

deny contains container.finding({"evidence": "HostConfig.Privileged is true"}) if container.value("Privileged", false) == true

seen contains container.seen(sprintf("HostConfig.Privileged: %v", [container.value("Privileged", false)]))
