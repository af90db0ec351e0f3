# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Audit the containerd run directory
# description: >-
#   The folder in which containerd keeps sockets and state of running containers. Who changes it
#   changes what runs as root on the host; without a record nobody can tell who did it and when.
# related_resources:
#   - https://man7.org/linux/man-pages/man8/auditctl.8.html
# custom:
#   id: SW-DOCKER-1.1.4
#   aliases: [CIS-DOCKER-1.1.4]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "1.1.4", "1.7.0": "1.1.4", "1.6.0": "1.1.4", "1.3.1": "1.1.4"}
#   message: "{path} is not audited: {why}"
#   remediation: >-
#     Add "-a always,exit -F dir=/run/containerd -F perm=wa -k docker" to a file below
#     /etc/audit/rules.d and load it with augenrules --load (or restart auditd). Send the log
#     elsewhere and rotate it. The folder must be there when the rule is loaded: create it with
#     tmpfiles.d, or load the rules again after containerd has started.
#   fix:
#     file: "/etc/audit/rules.d/docker.rules"
#     text: "-a always,exit -F dir={subject} -F perm=wa -k docker"
#     risk: The audit log grows; augenrules --load is needed for it to take effect.
#   ja:
#     title: containerd の実行時フォルダーを監査する
#     description: >-
#       containerd がソケットと実行中コンテナーの状態を置くフォルダーである。これを変える者は、ホストの root として動くものを変える。記録がなければ、誰がいつ変えたかが分からない。
#     message: "{path} が監査されていない: {reason_ja}"
#     remediation: >-
#       /etc/audit/rules.d の下のファイルに「-a always,exit -F dir=/run/containerd -F perm=wa -k docker」を加え、augenrules --load（または auditd の再起動）で読み込む。ログは転送し、ローテーションする。規則を読み込む時点でフォルダーが必要。tmpfiles.d で作るか、containerd の起動後に読み込み直す。
#     risk: >-
#       監査ログが増える。反映には augenrules --load が必要。
package seawall.docker.audit_containerd_run

import data.seawall.lib.audit

outside := audit.outside("containerd_run_dir")

missing := audit.missing("containerd_run_dir")

deny := audit.problems("containerd_run_dir", true)

seen := audit.seen("containerd_run_dir", true)
