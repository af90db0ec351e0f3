# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Audit the containerd-shim binary
# description: >-
#   The executable that stands between containerd and each container. Who changes it changes what
#   runs as root on the host; without a record nobody can tell who did it and when.
# related_resources:
#   - https://man7.org/linux/man-pages/man8/auditctl.8.html
# custom:
#   id: SW-DOCKER-1.1.15
#   aliases: [CIS-DOCKER-1.1.15]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 2
#     mode: auto
#     numbers: {"1.8.0": "1.1.15", "1.7.0": "1.1.15", "1.6.0": "1.1.15", "1.3.1": "1.1.15"}
#   message: "{path} is not audited: {why}"
#   remediation: >-
#     Add "-w /usr/bin/containerd-shim -p wa -k docker" to a file below /etc/audit/rules.d and load
#     it with augenrules --load (or restart auditd). Send the log elsewhere and rotate it.
#   fix:
#     file: "/etc/audit/rules.d/docker.rules"
#     text: "-w {subject} -p wa -k docker"
#     risk: The audit log grows; augenrules --load is needed for it to take effect.
#   ja:
#     title: containerd-shim の実行ファイルを監査する
#     description: >-
#       containerd と各コンテナーの間に立つ実行ファイルである。これを変える者は、ホストの root として動くものを変える。記録がなければ、誰がいつ変えたかが分からない。
#     message: "{path} が監査されていない: {reason_ja}"
#     remediation: >-
#       /etc/audit/rules.d の下のファイルに「-w /usr/bin/containerd-shim -p wa -k docker」を加え、augenrules --load（または auditd の再起動）で読み込む。ログは転送し、ローテーションする。
#     risk: >-
#       監査ログが増える。反映には augenrules --load が必要。
package seawall.docker.audit_shim

import data.seawall.lib.audit

outside := audit.outside("containerd_shim")

missing := audit.missing("containerd_shim")

deny := audit.problems("containerd_shim", false)

seen := audit.seen("containerd_shim", false)
