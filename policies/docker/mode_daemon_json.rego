# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Permissions of daemon.json
# description: Whoever may write to the configuration file decides how the daemon, and so root, behaves.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-3.18
#   aliases: [CIS-DOCKER-3.18]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 2
#     mode: auto
#     numbers: {"1.8.0": "3.18", "1.7.0": "3.18", "1.6.0": "3.18", "1.3.1": "3.18", "1.2.0": "3.18"}
#   message: "{path} has the mode {mode}, more than {allowed}"
#   remediation: "Take the bits away: chmod 644, or a mode with fewer bits."
#   fix:
#     command: "chmod 644 {subject}"
#     risk: Programs of other users that read it lose access.
#   ja:
#     title: daemon.json のモード
#     description: >-
#       設定ファイルに書ける者は、デーモン、つまり root の振る舞いを決められる。
#     message: "{path} のモードが {mode} で、{allowed} を超えている"
#     remediation: >-
#       余分なビットを外す: chmod 644、またはより厳しいモード。
#     risk: >-
#       それを読んでいた他ユーザーのプログラムはアクセスできなくなる。
package seawall.docker.mode_daemon_json

import data.seawall.lib.docker_file as file

outside := file.outside("daemon_json")

missing := file.missing("daemon_json")

deny := file.too_open("daemon_json", "0644")

seen := file.seen("daemon_json")
