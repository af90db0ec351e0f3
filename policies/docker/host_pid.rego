# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Do not share the host PID namespace
# description: >-
#   In the process namespace of the host the container sees all processes, their environment and
#   open files, and may end them.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.16
#   aliases: [CIS-DOCKER-5.16]
#   severity: high
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.16", "1.7.0": "5.16", "1.6.0": "5.16", "1.3.1": "5.15", "1.2.0": "5.15"}
#   recommendations: [no-host-pid-ipc]
#   message: "The container {container} shares the PID namespace of the host"
#   remediation: Remove --pid=host.
#   ja:
#     title: ホストの PID 名前空間を共有しない
#     description: >-
#       ホストの PID 名前空間では、全プロセスとその環境変数や開いたファイルが見え、終了もさせられる。
#     message: "コンテナー {container} がホストの PID 名前空間を共有している"
#     remediation: >-
#       --pid=host を外す。
package seawall.docker.host_pid

import data.seawall.lib.container

outside := container.outside

missing := container.no_config(["PidMode"]) | container.no_mode("PidMode", "pid")

deny contains container.finding({"evidence": container.mode_shown("PidMode", "pid")}) if container.mode("PidMode", "pid") == "host"

seen contains container.seen(container.mode_shown("PidMode", "pid"))
