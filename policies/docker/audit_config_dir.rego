# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Audit the Docker configuration directory
# description: >-
#   The folder that holds the configuration and certificates of the daemon. Who changes it changes
#   what runs as root on the host; without a record nobody can tell who did it and when.
# related_resources:
#   - https://man7.org/linux/man-pages/man8/auditctl.8.html
# custom:
#   id: SW-DOCKER-1.1.6
#   aliases: [CIS-DOCKER-1.1.6]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "1.1.6", "1.7.0": "1.1.6", "1.6.0": "1.1.6", "1.3.1": "1.1.6", "1.2.0": "1.2.5"}
#   message: "{path} is not audited: {why}"
#   remediation: >-
#     Add "-a always,exit -F dir=/etc/docker -F perm=wa -k docker" to a file below
#     /etc/audit/rules.d and load it with augenrules --load (or restart auditd). Send the log
#     elsewhere and rotate it.
#   fix:
#     file: "/etc/audit/rules.d/docker.rules"
#     text: "-a always,exit -F dir={subject} -F perm=wa -k docker"
#     risk: The audit log grows; augenrules --load is needed for it to take effect.
#   ja:
#     title: Docker 設定フォルダーを監査する
#     description: >-
#       デーモンの設定と証明書を持つフォルダーである。これを変える者は、ホストの root として動くものを変える。記録がなければ、誰がいつ変えたかが分からない。
#     message: "{path} が監査されていない: {reason_ja}"
#     remediation: >-
#       /etc/audit/rules.d の下のファイルに「-a always,exit -F dir=/etc/docker -F perm=wa -k docker」を加え、augenrules --load（または auditd の再起動）で読み込む。ログは転送し、ローテーションする。
#     risk: >-
#       監査ログが増える。反映には augenrules --load が必要。
package seawall.docker.audit_config_dir

import data.seawall.lib.audit

outside := audit.outside("config_dir")

missing := audit.missing("config_dir")

deny := audit.problems("config_dir", true)

seen := audit.seen("config_dir", true)
