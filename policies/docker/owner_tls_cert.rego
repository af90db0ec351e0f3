# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Ownership of the server certificate
# description: >-
#   Who owns the certificate of the server may change it, its mode included. It belongs to root
#   only.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-3.11
#   aliases: [CIS-DOCKER-3.11]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "3.11", "1.7.0": "3.11", "1.6.0": "3.11", "1.3.1": "3.11", "1.2.0": "3.11"}
#   message: "{path} belongs to {owner}, not to {wanted}"
#   remediation: "Give it back: chown root:root."
#   fix:
#     command: "chown root:root {subject}"
#     risk: Whoever needed to own it loses access.
#   ja:
#     title: サーバー証明書の所有者
#     description: >-
#       サーバー証明書の所有者は、モードも含めてそれを変えられる。rootだけが所有すべきである。
#     message: "{path} の所有者が {wanted} でなく {owner} である"
#     remediation: >-
#       chown root:root で戻す。
#     risk: >-
#       所有していた者はアクセスできなくなる。
package seawall.docker.owner_tls_cert

import data.seawall.lib.docker_file as file

outside := file.outside_tls("tls_cert")

missing := file.missing_tls("tls_cert")

deny := file.strangers_to_both("tls_cert")

seen := file.seen("tls_cert")
