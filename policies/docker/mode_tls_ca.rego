# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Permissions of the TLS CA certificate
# description: Whoever may write to it decides which clients may command the daemon.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-3.10
#   aliases: [CIS-DOCKER-3.10]
#   severity: high
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "3.10", "1.7.0": "3.10", "1.6.0": "3.10", "1.3.1": "3.10", "1.2.0": "3.10"}
#   message: "{path} has the mode {mode}, more than {allowed}"
#   remediation: "Take the bits away: chmod 444, or a mode with fewer bits."
#   fix:
#     command: "chmod 444 {subject}"
#     risk: Programs of other users that read it lose access.
#   ja:
#     title: TLS CA 証明書のモード
#     description: >-
#       これに書ける者は、どのクライアントがデーモンに命令できるかを決められる。
#     message: "{path} のモードが {mode} で、{allowed} を超えている"
#     remediation: >-
#       余分なビットを外す: chmod 444、またはより厳しいモード。
#     risk: >-
#       それを読んでいた他ユーザーのプログラムはアクセスできなくなる。
package seawall.docker.mode_tls_ca

import data.seawall.lib.docker_file as file

outside := file.outside_tls("tls_ca")

missing := file.missing_tls("tls_ca")

deny := file.too_open("tls_ca", "0444")

seen := file.seen("tls_ca")
