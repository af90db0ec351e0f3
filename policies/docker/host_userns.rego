# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Do not share the host user namespace
# description: >-
#   With the user namespace of the host, root of the container is root of the host, although the
#   daemon would keep them apart.
# related_resources:
#   - https://docs.docker.com/engine/security/userns-remap/
# custom:
#   id: SW-DOCKER-5.31
#   aliases: [CIS-DOCKER-5.31]
#   severity: high
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.31", "1.7.0": "5.31", "1.6.0": "5.31", "1.3.1": "5.30", "1.2.0": "5.30"}
#   message: "The container {container} shares the user namespace of the host"
#   remediation: Remove --userns=host.
#   ja:
#     title: ホストのユーザー名前空間を共有しない
#     description: >-
#       ホストのユーザー名前空間では、デーモンが分けるはずのコンテナーの root がホストの root になる。
#     message: "コンテナー {container} がホストのユーザー名前空間を共有している"
#     remediation: >-
#       --userns=host を外す。
package seawall.docker.host_userns

import data.seawall.lib.container

outside := container.outside

missing := container.no_config(["UsernsMode"])

deny contains container.finding({"evidence": "HostConfig.UsernsMode is host"}) if container.value("UsernsMode", "") == "host"

seen contains container.seen(sprintf("HostConfig.UsernsMode: %s", [container.value("UsernsMode", "")]))
