# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Audit the Docker data directory
# description: >-
#   The folder that holds all images, containers and volumes. Who changes it changes what runs as
#   root on the host; without a record nobody can tell who did it and when.
# related_resources:
#   - https://man7.org/linux/man-pages/man8/auditctl.8.html
# custom:
#   id: SW-DOCKER-1.1.5
#   aliases: [CIS-DOCKER-1.1.5]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "1.1.5", "1.7.0": "1.1.5", "1.6.0": "1.1.5", "1.3.1": "1.1.5", "1.2.0": "1.2.4"}
#   message: "{path} is not audited: {why}"
#   remediation: >-
#     Add "-a always,exit -F dir=/var/lib/docker -F perm=wa -k docker" to a file below
#     /etc/audit/rules.d and load it with augenrules --load (or restart auditd). Send the log
#     elsewhere and rotate it. Rules of action never for volumes and overlay2 in front of it keep
#     the log small.
#   fix:
#     file: "/etc/audit/rules.d/docker.rules"
#     text: "-a always,exit -F dir={subject} -F perm=wa -k docker"
#     risk: The audit log grows; augenrules --load is needed for it to take effect.
#   ja:
#     title: Docker データ フォルダーを監査する
#     description: >-
#       すべてのイメージ、コンテナー、ボリュームを持つフォルダーである。これを変える者は、ホストの root として動くものを変える。記録がなければ、誰がいつ変えたかが分からない。
#     message: "{path} が監査されていない: {reason_ja}"
#     remediation: >-
#       /etc/audit/rules.d の下のファイルに「-a always,exit -F dir=/var/lib/docker -F perm=wa -k docker」を加え、augenrules --load（または auditd の再起動）で読み込む。ログは転送し、ローテーションする。ログが増えすぎるなら、その前に volumes と overlay2 の never 規則を置く。
#     risk: >-
#       監査ログが増える。反映には augenrules --load が必要。
package seawall.docker.audit_data_root

import data.seawall.lib.audit

outside := audit.outside("data_root")

missing := audit.missing("data_root")

deny := audit.problems("data_root", true)

seen := audit.seen("data_root", true)
