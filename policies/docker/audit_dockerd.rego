# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Audit the Docker daemon binary
# description: >-
#   The executable of the daemon. Who changes it changes what runs as root on the host; without a
#   record nobody can tell who did it and when.
# related_resources:
#   - https://man7.org/linux/man-pages/man8/auditctl.8.html
# custom:
#   id: SW-DOCKER-1.1.3
#   aliases: [CIS-DOCKER-1.1.3]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "1.1.3", "1.7.0": "1.1.3", "1.6.0": "1.1.3", "1.3.1": "1.1.3", "1.2.0": "1.2.3"}
#   message: "{path} is not audited: {why}"
#   remediation: >-
#     Add "-w /usr/bin/dockerd -p wa -k docker" to a file below /etc/audit/rules.d and load it with
#     augenrules --load (or restart auditd). Send the log elsewhere and rotate it. Remove a rule
#     task,never, which some distributions load.
#   fix:
#     file: "/etc/audit/rules.d/docker.rules"
#     text: "-w {subject} -p wa -k docker"
#     risk: The audit log grows; augenrules --load is needed for it to take effect.
#   ja:
#     title: Docker デーモンの実行ファイルを監査する
#     description: >-
#       デーモンの実行ファイルである。これを変える者は、ホストの root として動くものを変える。記録がなければ、誰がいつ変えたかが分からない。
#     message: "{path} が監査されていない: {reason_ja}"
#     remediation: >-
#       /etc/audit/rules.d の下のファイルに「-w /usr/bin/dockerd -p wa -k docker」を加え、augenrules --load（または auditd の再起動）で読み込む。ログは転送し、ローテーションする。一部のディストリビューションが読み込む task,never の規則は消す。
#     risk: >-
#       監査ログが増える。反映には augenrules --load が必要。
package seawall.docker.audit_dockerd

import data.seawall.lib.audit

outside := audit.outside("dockerd_binary")

missing := audit.missing("dockerd_binary")

deny := audit.problems("dockerd_binary", false)

seen := audit.seen("dockerd_binary", false)
