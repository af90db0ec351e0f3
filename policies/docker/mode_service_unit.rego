# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Permissions of docker.service
# description: Whoever may write to the unit of the daemon decides how the daemon, and so root, behaves.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-3.2
#   aliases: [CIS-DOCKER-3.2]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "3.2", "1.7.0": "3.2", "1.6.0": "3.2", "1.3.1": "3.2", "1.2.0": "3.2"}
#   message: "{path} has the mode {mode}, more than {allowed}"
#   remediation: "Take the bits away: chmod 644, or a mode with fewer bits."
#   fix:
#     command: "chmod 644 {subject}"
#     risk: Programs of other users that read it lose access.
#   ja:
#     title: docker.service のモード
#     description: >-
#       デーモンのユニットに書ける者は、デーモン、つまり root の振る舞いを決められる。
#     message: "{path} のモードが {mode} で、{allowed} を超えている"
#     remediation: >-
#       余分なビットを外す: chmod 644、またはより厳しいモード。
#     risk: >-
#       それを読んでいた他ユーザーのプログラムはアクセスできなくなる。
package seawall.docker.mode_service_unit

import data.seawall.lib.docker_file as file

outside := file.outside("docker_service_unit")

missing := file.missing("docker_service_unit")

deny := file.too_open("docker_service_unit", "0644")

seen := file.seen("docker_service_unit")
