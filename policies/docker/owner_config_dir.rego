# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Ownership of the configuration directory
# description: >-
#   Who owns the folder of the configuration may change it, its mode included. It belongs to root
#   only.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-3.5
#   aliases: [CIS-DOCKER-3.5]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "3.5", "1.7.0": "3.5", "1.6.0": "3.5", "1.3.1": "3.5", "1.2.0": "3.5"}
#   message: "{path} belongs to {owner}, not to {wanted}"
#   remediation: "chown root:root on it. Files of a rootless daemon belong to its own user."
#   fix:
#     command: "chown root:root {subject}"
#     risk: Whoever needed to own it loses access.
#   ja:
#     title: 設定フォルダーの所有者
#     description: >-
#       設定のフォルダーの所有者は、モードも含めてそれを変えられる。rootだけが所有すべきである。
#     message: "{path} の所有者が {wanted} でなく {owner} である"
#     remediation: >-
#       chown root:root を行う。ルートレス デーモンのファイルは、そのユーザーが所有する。
#     risk: >-
#       所有していた者はアクセスできなくなる。
package seawall.docker.owner_config_dir

import data.seawall.lib.docker_file as file

outside := file.outside("config_dir")

missing := file.missing("config_dir") | file.no_daemon_user

deny := file.strangers_to_daemon("config_dir")

seen := file.seen("config_dir")
