# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Ownership of registry certificates
# description: >-
#   Who owns a certificate or key of a registry may change it, its mode included. It belongs to root
#   only.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-3.7
#   aliases: [CIS-DOCKER-3.7]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "3.7", "1.7.0": "3.7", "1.6.0": "3.7", "1.3.1": "3.7", "1.2.0": "3.7"}
#   message: "{path} belongs to {owner}, not to {wanted}"
#   remediation: "Give it back: chown root:root."
#   fix:
#     command: "chown root:root {subject}"
#     risk: Whoever needed to own it loses access.
#   ja:
#     title: レジストリ証明書の所有者
#     description: >-
#       レジストリの証明書や鍵の所有者は、モードも含めてそれを変えられる。rootだけが所有すべきである。
#     message: "{path} の所有者が {wanted} でなく {owner} である"
#     remediation: >-
#       chown root:root で戻す。
#     risk: >-
#       所有していた者はアクセスできなくなる。
package seawall.docker.owner_registry_certs

import data.seawall.lib.docker_file as file

outside := file.outside("registry_certs")

missing := file.missing("registry_certs")

deny := file.strangers_to_both("registry_certs")

seen := file.seen("registry_certs")
