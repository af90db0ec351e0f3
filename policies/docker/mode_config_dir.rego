# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Permissions of the configuration directory
# description: >-
#   Whoever may write to the folder of the configuration decides how the daemon, and so root,
#   behaves.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-3.6
#   aliases: [CIS-DOCKER-3.6]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "3.6", "1.7.0": "3.6", "1.6.0": "3.6", "1.3.1": "3.6", "1.2.0": "3.6"}
#   message: "{path} has the mode {mode}, more than {allowed}"
#   remediation: "Take the bits away: chmod 755, or a mode with fewer bits."
#   fix:
#     command: "chmod 755 {subject}"
#     risk: Programs of other users that read it lose access.
#   ja:
#     title: 設定フォルダーのモード
#     description: >-
#       設定のフォルダーに書ける者は、デーモン、つまり root の振る舞いを決められる。
#     message: "{path} のモードが {mode} で、{allowed} を超えている"
#     remediation: >-
#       余分なビットを外す: chmod 755、またはより厳しいモード。
#     risk: >-
#       それを読んでいた他ユーザーのプログラムはアクセスできなくなる。
package seawall.docker.mode_config_dir

import data.seawall.lib.docker_file as file

outside := file.outside("config_dir")

missing := file.missing("config_dir")

deny := file.too_open("config_dir", "0755")

seen := file.seen("config_dir")
