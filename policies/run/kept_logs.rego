# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: The output of a container is kept
# description: >-
#   Without logs nobody sees an attack or a failure, neither while it happens nor afterwards.
# related_resources:
#   - https://docs.docker.com/engine/logging/configure/
# custom:
#   id: SW-RUN-002
#   aliases: [no-log-driver-none]
#   severity: medium
#   kinds: [container]
#   message: "The output of the container {container} is thrown away (log driver none)"
#   remediation: Use a driver that keeps it (local, json-file, journald), or one that sends it to a central place.
#   ja:
#     title: コンテナーの出力を残す
#     description: >-
#       ログがなければ、攻撃や障害に、その最中にも後からも誰も気づけない。
#     message: "コンテナー {container} の出力が捨てられている（ログ ドライバー none）"
#     remediation: >-
#       残すドライバー（local、json-file、journald）か、集約先へ送るドライバーを使う。
package seawall.run.kept_logs

import data.seawall.lib.container

missing := container.no_values(["LogConfig"])

driver := object.get(container.value("LogConfig", {}), "Type", "")

deny contains container.finding({"evidence": "LogConfig.Type: none"}) if driver == "none"

seen contains container.seen(sprintf("LogConfig.Type: %s", [driver]))
