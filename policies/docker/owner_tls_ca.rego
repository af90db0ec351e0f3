# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Ownership of the TLS CA certificate
# description: >-
#   Who owns the certificate of the CA may change it, its mode included. It belongs to root only.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-3.9
#   aliases: [CIS-DOCKER-3.9]
#   severity: high
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "3.9", "1.7.0": "3.9", "1.6.0": "3.9", "1.3.1": "3.9", "1.2.0": "3.9"}
#   message: "{path} belongs to {owner}, not to {wanted}"
#   remediation: "Give it back: chown root:root."
#   fix:
#     command: "chown root:root {subject}"
#     risk: Whoever needed to own it loses access.
#   ja:
#     title: TLS CA 証明書の所有者
#     description: >-
#       CA の証明書の所有者は、モードも含めてそれを変えられる。rootだけが所有すべきである。
#     message: "{path} の所有者が {wanted} でなく {owner} である"
#     remediation: >-
#       chown root:root で戻す。
#     risk: >-
#       所有していた者はアクセスできなくなる。
package seawall.docker.owner_tls_ca

import data.seawall.lib.docker_file as file

outside := file.outside_tls("tls_ca")

missing := file.missing_tls("tls_ca")

deny := file.strangers_to_both("tls_ca")

seen := file.seen("tls_ca")
