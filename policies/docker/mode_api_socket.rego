# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Permissions of the API socket
# description: Whoever may write to the socket is root on the host. The sticky bit does not matter.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-3.16
#   aliases: [CIS-DOCKER-3.16]
#   severity: critical
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "3.16", "1.7.0": "3.16", "1.6.0": "3.16", "1.3.1": "3.16", "1.2.0": "3.16"}
#   message: "{path} has the mode {mode}, more than {allowed}"
#   remediation: "Take the bits away: chmod 660, or a mode with fewer bits."
#   fix:
#     command: "chmod 660 {subject}"
#     risk: Users outside of the group can no longer reach the engine.
#   ja:
#     title: API ソケットのモード
#     description: >-
#       ソケットに書ける者はホストの root である。スティッキー ビットは問わない。
#     message: "{path} のモードが {mode} で、{allowed} を超えている"
#     remediation: >-
#       余分なビットを外す: chmod 660、またはより厳しいモード。
#     risk: >-
#       グループ外のユーザーはエンジンに届かなくなる。
package seawall.docker.mode_api_socket

import data.seawall.lib.docker_file as file

outside := file.outside("api_socket")

missing := file.missing("api_socket")

# Rootless engines set the sticky bit on theirs; it gives nobody anything.
deny contains object.union(finding, {"allowed": "0660"}) if {
	some finding in file.too_open("api_socket", "1660")
}

seen := file.seen("api_socket")
