# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Ownership of /etc/default/docker
# description: Who owns the file of options may change it, its mode included. It belongs to root only.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-3.19
#   aliases: [CIS-DOCKER-3.19]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 2
#     mode: auto
#     numbers: {"1.8.0": "3.19", "1.7.0": "3.19", "1.6.0": "3.19", "1.3.1": "3.19", "1.2.0": "3.19"}
#   message: "{path} belongs to {owner}, not to {wanted}"
#   remediation: "Give it back: chown root:root."
#   fix:
#     command: "chown root:root {subject}"
#     risk: Whoever needed to own it loses access.
#   ja:
#     title: /etc/default/docker の所有者
#     description: >-
#       オプションのファイルの所有者は、モードも含めてそれを変えられる。rootだけが所有すべきである。
#     message: "{path} の所有者が {wanted} でなく {owner} である"
#     remediation: >-
#       chown root:root で戻す。
#     risk: >-
#       所有していた者はアクセスできなくなる。
package seawall.docker.owner_default_docker

import data.seawall.lib.docker_file as file

outside := file.outside("default_docker")

missing := file.missing("default_docker")

deny := file.strangers("default_docker")

seen := file.seen("default_docker")
