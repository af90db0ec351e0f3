# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Permissions of registry certificates
# description: Whoever may write to a certificate of a registry decides whose images the host believes.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-3.8
#   aliases: [CIS-DOCKER-3.8]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "3.8", "1.7.0": "3.8", "1.6.0": "3.8", "1.3.1": "3.8", "1.2.0": "3.8"}
#   message: "{path} has the mode {mode}, more than {allowed}"
#   remediation: "Take the bits away: chmod 444, or a mode with fewer bits."
#   fix:
#     command: "chmod 444 {subject}"
#     risk: Programs of other users that read it lose access.
#   ja:
#     title: レジストリ証明書のモード
#     description: >-
#       レジストリの証明書に書ける者は、ホストが誰のイメージを信じるかを決められる。
#     message: "{path} のモードが {mode} で、{allowed} を超えている"
#     remediation: >-
#       余分なビットを外す: chmod 444、またはより厳しいモード。
#     risk: >-
#       それを読んでいた他ユーザーのプログラムはアクセスできなくなる。
package seawall.docker.mode_registry_certs

import data.seawall.lib.docker_file as file

outside := file.outside("registry_certs")

missing := file.missing("registry_certs")

deny := file.too_open("registry_certs", "0444")

seen := file.seen("registry_certs")
