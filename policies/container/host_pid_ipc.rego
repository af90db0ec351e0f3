# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Pods do not share the host PID or IPC namespace
# description: >-
#   With them a container sees and may signal the processes of the node, reads their environment,
#   and reaches their shared memory.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-REC-010
#   aliases: [no-host-pid-ipc, 47a1ee2f-2a2a-4576-bf2a-e0e36709c2b8, CIS-DOCKER-5.16, CIS-DOCKER-5.17]
#   severity: medium
#   kinds: [container]
#   recommendations: [no-host-pid-ipc]
#   message: "The container {container} shares the {what} namespace of the host"
#   remediation: Remove --pid=host and --ipc=host.
#   fix:
#     by_hand: true
#     command: "docker run --name {subject} --pid '' --ipc private IMAGE"
#     file: compose.yaml
#     text: "services:\n  SERVICE:\n    ipc: private  # and no pid: host"
#     risk: >-
#       A program that looks at processes of the host, or shares memory with them, no longer can.
#   ja:
#     title: ホストの PID・IPC 名前空間を共有しない
#     description: >-
#       共有すると、コンテナーからノードのプロセスが見え、シグナルを送り、環境変数を読み、共有メモリに到達できる。
#     message: "コンテナー {container} がホストの {what_ja} 名前空間を共有している"
#     remediation: >-
#       --pid=host と --ipc=host を外す。
#     risk: >-
#       ホストのプロセスを見る、または共有メモリを使うプログラムは動かなくなる。
package seawall.container.host_pid_ipc

import data.seawall.docker.host_pid
import data.seawall.docker.host_ipc
import data.seawall.lib.container
import data.seawall.lib.workload

outside := workload.outside("no-host-pid-ipc")

missing contains reason if some reason in host_pid.missing

missing contains reason if some reason in host_ipc.missing

deny contains container.finding({"what": "PID", "what_ja": "PID", "evidence": found.evidence}) if some found in host_pid.deny

deny contains container.finding({"what": "IPC", "what_ja": "IPC", "evidence": found.evidence}) if some found in host_ipc.deny

seen contains item if some item in host_pid.seen

seen contains item if some item in host_ipc.seen
