# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Permissions of the containerd socket
# description: Whoever may write to the socket starts containers past Docker, and is root on the host.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-3.24
#   aliases: [CIS-DOCKER-3.24]
#   severity: high
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "3.24", "1.7.0": "3.24", "1.6.0": "3.24", "1.3.1": "3.24"}
#   message: "{path} has the mode {mode}, more than {allowed}"
#   remediation: "Take the bits away: chmod 660, or a mode with fewer bits."
#   fix:
#     command: "chmod 660 {subject}"
#     risk: Users outside of the group can no longer reach the engine.
#   ja:
#     title: containerd ソケットのモード
#     description: >-
#       ソケットに書ける者は Docker を通さずコンテナーを起動でき、ホストの root と同じである。
#     message: "{path} のモードが {mode} で、{allowed} を超えている"
#     remediation: >-
#       余分なビットを外す: chmod 660、またはより厳しいモード。
#     risk: >-
#       グループ外のユーザーはエンジンに届かなくなる。
package seawall.docker.mode_containerd_socket

import data.seawall.lib.docker_file as file

outside := file.outside("containerd_socket")

missing := file.missing("containerd_socket")

deny := file.too_open("containerd_socket", "0660")

seen := file.seen("containerd_socket")
