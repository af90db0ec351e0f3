# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Audit the runc v1 shim binary
# description: >-
#   The first version of the executable between containerd and runc. Who changes it changes what
#   runs as root on the host; without a record nobody can tell who did it and when.
# related_resources:
#   - https://man7.org/linux/man-pages/man8/auditctl.8.html
# custom:
#   id: SW-DOCKER-1.1.16
#   aliases: [CIS-DOCKER-1.1.16]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 2
#     mode: auto
#     numbers: {"1.8.0": "1.1.16", "1.7.0": "1.1.16", "1.6.0": "1.1.16", "1.3.1": "1.1.16"}
#   message: "{path} is not audited: {why}"
#   remediation: >-
#     Add "-w /usr/bin/containerd-shim-runc-v1 -p wa -k docker" to a file below /etc/audit/rules.d
#     and load it with augenrules --load (or restart auditd). Send the log elsewhere and rotate it.
#   fix:
#     file: "/etc/audit/rules.d/docker.rules"
#     text: "-w {subject} -p wa -k docker"
#     risk: The audit log grows; augenrules --load is needed for it to take effect.
#   ja:
#     title: runc v1 シムの実行ファイルを監査する
#     description: >-
#       containerd と runc の間の実行ファイルの最初の版である。これを変える者は、ホストの root として動くものを変える。記録がなければ、誰がいつ変えたかが分からない。
#     message: "{path} が監査されていない: {reason_ja}"
#     remediation: >-
#       /etc/audit/rules.d の下のファイルに「-w /usr/bin/containerd-shim-runc-v1 -p wa -k docker」を加え、augenrules --load（または auditd の再起動）で読み込む。ログは転送し、ローテーションする。
#     risk: >-
#       監査ログが増える。反映には augenrules --load が必要。
package seawall.docker.audit_shim_runc_v1

import data.seawall.lib.audit

outside := audit.outside("containerd_shim_runc_v1")

missing := audit.missing("containerd_shim_runc_v1")

deny := audit.problems("containerd_shim_runc_v1", false)

seen := audit.seen("containerd_shim_runc_v1", false)
