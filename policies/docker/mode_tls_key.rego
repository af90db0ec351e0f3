# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Permissions of the server key
# description: Whoever reads the key can pass for the daemon and take the commands meant for it.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-3.14
#   aliases: [CIS-DOCKER-3.14]
#   severity: high
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "3.14", "1.7.0": "3.14", "1.6.0": "3.14", "1.3.1": "3.14", "1.2.0": "3.14"}
#   message: "{path} has the mode {mode}, more than {allowed}"
#   remediation: "Take the bits away: chmod 400, or a mode with fewer bits."
#   fix:
#     command: "chmod 400 {subject}"
#     risk: Programs of other users that read it lose access.
#   ja:
#     title: サーバーの鍵のモード
#     description: >-
#       鍵を読める者はデーモンになりすまし、命令を受け取れる。
#     message: "{path} のモードが {mode} で、{allowed} を超えている"
#     remediation: >-
#       余分なビットを外す: chmod 400、またはより厳しいモード。
#     risk: >-
#       それを読んでいた他ユーザーのプログラムはアクセスできなくなる。
package seawall.docker.mode_tls_key

import data.seawall.lib.docker_file as file

outside := file.outside_tls("tls_key")

missing := file.missing_tls("tls_key")

deny := file.too_open("tls_key", "0400")

seen := file.seen("tls_key")
