# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Ownership of the API socket
# description: >-
#   Who owns the socket of the API may change it, its mode included. It belongs to root and the
#   group docker only.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-3.15
#   aliases: [CIS-DOCKER-3.15]
#   severity: high
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "3.15", "1.7.0": "3.15", "1.6.0": "3.15", "1.3.1": "3.15", "1.2.0": "3.15"}
#   message: "{path} belongs to {owner}, not to {wanted}"
#   remediation: "chown root:docker on it. Files of a rootless daemon belong to its own user."
#   fix:
#     command: "chown root:docker {subject}"
#     risk: Whoever needed to own it loses access.
#   ja:
#     title: API ソケットの所有者
#     description: >-
#       API のソケットの所有者は、モードも含めてそれを変えられる。root（グループは docker）だけが所有すべきである。
#     message: "{path} の所有者が {wanted} でなく {owner} である"
#     remediation: >-
#       chown root:docker を行う。ルートレス デーモンのファイルは、そのユーザーが所有する。
#     risk: >-
#       所有していた者はアクセスできなくなる。
package seawall.docker.owner_api_socket

import data.seawall.lib.docker_file as file

outside := file.outside("api_socket")

missing := file.missing("api_socket") | file.no_daemon_user

deny := file.strangers_to_socket("api_socket")

seen := file.seen("api_socket")
