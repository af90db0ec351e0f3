# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Audit daemon.json
# description: >-
#   The configuration file of the daemon. Who changes it changes what runs as root on the host;
#   without a record nobody can tell who did it and when.
# related_resources:
#   - https://man7.org/linux/man-pages/man8/auditctl.8.html
# custom:
#   id: SW-DOCKER-1.1.11
#   aliases: [CIS-DOCKER-1.1.11]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 2
#     mode: auto
#     numbers: {"1.8.0": "1.1.11", "1.7.0": "1.1.11", "1.6.0": "1.1.11", "1.3.1": "1.1.11", "1.2.0": "1.2.10"}
#   message: "{path} is not audited: {why}"
#   remediation: >-
#     Add "-w /etc/docker/daemon.json -p wa -k docker" to a file below /etc/audit/rules.d and load
#     it with augenrules --load (or restart auditd). Send the log elsewhere and rotate it.
#   fix:
#     file: "/etc/audit/rules.d/docker.rules"
#     text: "-w {subject} -p wa -k docker"
#     risk: The audit log grows; augenrules --load is needed for it to take effect.
#   ja:
#     title: daemon.json を監査する
#     description: >-
#       デーモンの設定ファイルである。これを変える者は、ホストの root として動くものを変える。記録がなければ、誰がいつ変えたかが分からない。
#     message: "{path} が監査されていない: {reason_ja}"
#     remediation: >-
#       /etc/audit/rules.d の下のファイルに「-w /etc/docker/daemon.json -p wa -k docker」を加え、augenrules --load（または auditd の再起動）で読み込む。ログは転送し、ローテーションする。
#     risk: >-
#       監査ログが増える。反映には augenrules --load が必要。
package seawall.docker.audit_daemon_json

import data.seawall.lib.audit

outside := audit.outside("daemon_json")

missing := audit.missing("daemon_json")

deny := audit.problems("daemon_json", false)

seen := audit.seen("daemon_json", false)
