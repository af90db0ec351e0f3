# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Do not share the host IPC namespace
# description: >-
#   In the IPC namespace of the host the container reads and changes the shared memory of all other
#   programs.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.17
#   aliases: [CIS-DOCKER-5.17]
#   severity: high
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.17", "1.7.0": "5.17", "1.6.0": "5.17", "1.3.1": "5.16", "1.2.0": "5.16"}
#   recommendations: [no-host-pid-ipc]
#   message: "The container {container} shares the IPC namespace of the host"
#   remediation: Remove --ipc=host.
#   ja:
#     title: ホストの IPC 名前空間を共有しない
#     description: >-
#       ホストの IPC 名前空間では、他のすべてのプログラムの共有メモリを読み書きできる。
#     message: "コンテナー {container} がホストの IPC 名前空間を共有している"
#     remediation: >-
#       --ipc=host を外す。
package seawall.docker.host_ipc

import data.seawall.lib.container

outside := container.outside

missing := container.no_config(["IpcMode"]) | container.no_mode("IpcMode", "ipc")

deny contains container.finding({"evidence": container.mode_shown("IpcMode", "ipc")}) if container.mode("IpcMode", "ipc") == "host"

seen contains container.seen(container.mode_shown("IpcMode", "ipc"))
