# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Permissions of /etc/default/docker
# description: Whoever may write to the file of options decides how the daemon, and so root, behaves.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-3.20
#   aliases: [CIS-DOCKER-3.20]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 2
#     mode: auto
#     numbers: {"1.8.0": "3.20", "1.7.0": "3.20", "1.6.0": "3.20", "1.3.1": "3.22", "1.2.0": "3.22"}
#   message: "{path} has the mode {mode}, more than {allowed}"
#   remediation: "Take the bits away: chmod 644, or a mode with fewer bits."
#   fix:
#     command: "chmod 644 {subject}"
#     risk: Programs of other users that read it lose access.
#   ja:
#     title: /etc/default/docker のモード
#     description: >-
#       オプションのファイルに書ける者は、デーモン、つまり root の振る舞いを決められる。
#     message: "{path} のモードが {mode} で、{allowed} を超えている"
#     remediation: >-
#       余分なビットを外す: chmod 644、またはより厳しいモード。
#     risk: >-
#       それを読んでいた他ユーザーのプログラムはアクセスできなくなる。
package seawall.docker.mode_default_docker

import data.seawall.lib.docker_file as file

outside := file.outside("default_docker")

missing := file.missing("default_docker")

deny := file.too_open("default_docker", "0644")

seen := file.seen("default_docker")
