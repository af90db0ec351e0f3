# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Ownership of the containerd socket
# description: >-
#   Who owns the socket of containerd may change it, its mode included. It belongs to root only.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-3.23
#   aliases: [CIS-DOCKER-3.23]
#   severity: high
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "3.23", "1.7.0": "3.23", "1.6.0": "3.23", "1.3.1": "3.23"}
#   message: "{path} belongs to {owner}, not to {wanted}"
#   remediation: "Give it back: chown root:root."
#   fix:
#     command: "chown root:root {subject}"
#     risk: Whoever needed to own it loses access.
#   ja:
#     title: containerd ソケットの所有者
#     description: >-
#       containerd のソケットの所有者は、モードも含めてそれを変えられる。rootだけが所有すべきである。
#     message: "{path} の所有者が {wanted} でなく {owner} である"
#     remediation: >-
#       chown root:root で戻す。
#     risk: >-
#       所有していた者はアクセスできなくなる。
package seawall.docker.owner_containerd_socket

import data.seawall.lib.docker_file as file

outside := file.outside("containerd_socket")

missing := file.missing("containerd_socket") | file.no_daemon_user

deny := file.strangers_to_daemon("containerd_socket")

seen := file.seen("containerd_socket")
