# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Do not share the host network namespace
# description: >-
#   In the network of the host the container listens on its addresses, reaches what only listens on
#   loopback, and sees the traffic of all.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.10
#   aliases: [CIS-DOCKER-5.10]
#   severity: high
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.10", "1.7.0": "5.10", "1.6.0": "5.10", "1.3.1": "5.9", "1.2.0": "5.9"}
#   recommendations: [host-network-ports-restricted]
#   message: "The container {container} shares the network namespace of the host"
#   remediation: Remove --net=host.
#   ja:
#     title: ホストの ネットワーク 名前空間を共有しない
#     description: >-
#       ホストのネットワークでは、コンテナーがホストのアドレスで待ち受け、ループバックのサービスに届き、全体の通信を見られる。
#     message: "コンテナー {container} がホストの ネットワーク 名前空間を共有している"
#     remediation: >-
#       --net=host を外す。
package seawall.docker.host_network

import data.seawall.lib.container

outside := container.outside

missing := container.no_config(["NetworkMode"]) | container.no_mode("NetworkMode", "network")

deny contains container.finding({"evidence": container.mode_shown("NetworkMode", "network")}) if container.mode("NetworkMode", "network") == "host"

seen contains container.seen(container.mode_shown("NetworkMode", "network"))
