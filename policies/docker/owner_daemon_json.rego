# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Ownership of daemon.json
# description: >-
#   Who owns the configuration file may change it, its mode included. It belongs to root only.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-3.17
#   aliases: [CIS-DOCKER-3.17]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 2
#     mode: auto
#     numbers: {"1.8.0": "3.17", "1.7.0": "3.17", "1.6.0": "3.17", "1.3.1": "3.17", "1.2.0": "3.17"}
#   message: "{path} belongs to {owner}, not to {wanted}"
#   remediation: "chown root:root on it. Files of a rootless daemon belong to its own user."
#   fix:
#     command: "chown root:root {subject}"
#     risk: Whoever needed to own it loses access.
#   ja:
#     title: daemon.json の所有者
#     description: >-
#       設定ファイルの所有者は、モードも含めてそれを変えられる。rootだけが所有すべきである。
#     message: "{path} の所有者が {wanted} でなく {owner} である"
#     remediation: >-
#       chown root:root を行う。ルートレス デーモンのファイルは、そのユーザーが所有する。
#     risk: >-
#       所有していた者はアクセスできなくなる。
package seawall.docker.owner_daemon_json

import data.seawall.lib.docker_file as file

outside := file.outside("daemon_json")

missing := file.missing("daemon_json") | file.no_daemon_user

deny := file.strangers_to_daemon("daemon_json")

seen := file.seen("daemon_json")
