# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Audit docker.sock
# description: >-
#   The socket through which every command reaches the daemon. Who changes it changes what runs as
#   root on the host; without a record nobody can tell who did it and when.
# related_resources:
#   - https://man7.org/linux/man-pages/man8/auditctl.8.html
# custom:
#   id: SW-DOCKER-1.1.9
#   aliases: [CIS-DOCKER-1.1.9]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 2
#     mode: auto
#     numbers: {"1.8.0": "1.1.9", "1.7.0": "1.1.9", "1.6.0": "1.1.9", "1.3.1": "1.1.9", "1.2.0": "1.2.7"}
#   message: "{path} is not audited: {why}"
#   remediation: >-
#     Add "-w /var/run/docker.sock -p wa -k docker" to a file below /etc/audit/rules.d and load it
#     with augenrules --load (or restart auditd). Send the log elsewhere and rotate it.
#   fix:
#     file: "/etc/audit/rules.d/docker.rules"
#     text: "-w {subject} -p wa -k docker"
#     risk: The audit log grows; augenrules --load is needed for it to take effect.
#   ja:
#     title: docker.sock を監査する
#     description: >-
#       すべての命令がデーモンに届くソケットである。これを変える者は、ホストの root として動くものを変える。記録がなければ、誰がいつ変えたかが分からない。
#     message: "{path} が監査されていない: {reason_ja}"
#     remediation: >-
#       /etc/audit/rules.d の下のファイルに「-w /var/run/docker.sock -p wa -k docker」を加え、augenrules --load（または auditd の再起動）で読み込む。ログは転送し、ローテーションする。
#     risk: >-
#       監査ログが増える。反映には augenrules --load が必要。
package seawall.docker.audit_api_socket

import data.seawall.lib.audit
import data.seawall.lib.docker

# Older versions of the benchmark name the unit of the socket: a rule on either does.
outside := docker.no_engine

outside := audit.outside("api_socket") if {
	not docker.no_engine
	audit.outside("docker_socket_unit")
}

missing := audit.missing("api_socket") if not by_unit

by_unit if {
	count(audit.existing("docker_socket_unit")) > 0
	count(audit.missing("docker_socket_unit")) == 0
	count(audit.problems("docker_socket_unit", false)) == 0
}

deny := audit.problems("api_socket", false) | unit_alone if not by_unit

# A host whose daemon is stopped has only the unit.
unit_alone := audit.problems("docker_socket_unit", false) if count(audit.existing("api_socket")) == 0

unit_alone := set() if count(audit.existing("api_socket")) > 0

seen := audit.seen("api_socket", false) | unit_seen

unit_seen := audit.seen("docker_socket_unit", false) if docker.given(["files", "docker_socket_unit"])

unit_seen := set() if not docker.given(["files", "docker_socket_unit"])
