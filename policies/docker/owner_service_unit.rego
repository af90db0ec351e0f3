# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Ownership of docker.service
# description: >-
#   Who owns the unit of the daemon may change it, its mode included. It belongs to root only.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-3.1
#   aliases: [CIS-DOCKER-3.1]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "3.1", "1.7.0": "3.1", "1.6.0": "3.1", "1.3.1": "3.1", "1.2.0": "3.1"}
#   message: "{path} belongs to {owner}, not to {wanted}"
#   remediation: "Give it back: chown root:root."
#   fix:
#     command: "chown root:root {subject}"
#     risk: Whoever needed to own it loses access.
#   ja:
#     title: docker.service の所有者
#     description: >-
#       デーモンのユニットの所有者は、モードも含めてそれを変えられる。rootだけが所有すべきである。
#     message: "{path} の所有者が {wanted} でなく {owner} である"
#     remediation: >-
#       chown root:root で戻す。
#     risk: >-
#       所有していた者はアクセスできなくなる。
package seawall.docker.owner_service_unit

import data.seawall.lib.docker_file as file

outside := file.outside("docker_service_unit")

missing := file.missing("docker_service_unit") | file.no_daemon_user

deny := file.strangers_to_unit("docker_service_unit")

seen := file.seen("docker_service_unit")
