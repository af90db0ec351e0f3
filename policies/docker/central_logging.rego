# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Send logs to a central place
# description: >-
#   Logs that only lie on the host are gone with the container or the host, or with whoever took it
#   over.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-2.14
#   aliases: [CIS-DOCKER-2.14]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 2
#     mode: auto
#     numbers: {"1.8.0": "2.14", "1.7.0": "2.13", "1.6.0": "2.13", "1.3.1": "2.13", "1.2.0": "2.12"}
#   message: "Logs of containers stay on the host (driver {driver})"
#   remediation: >-
#     Choose a driver that sends logs away (syslog, journald with forwarding, fluentd, gelf, awslogs
#     ...), or record that a log shipper reads the files (attestations).
#   fix:
#     file: "/etc/docker/daemon.json"
#     text: "{\"log-driver\": \"journald\"}"
#     risk: >-
#       docker logs only works with drivers that can read; it holds for containers created from then
#       on. The daemon must be started again; without live-restore all containers stop for that
#       time.
#   ja:
#     title: ログを集約先に送る
#     description: >-
#       ホストにしかないログは、コンテナーやホストとともに、あるいは乗っ取った者によって失われる。
#     message: "コンテナーのログがホストに残るだけである（ドライバー {driver}）"
#     remediation: >-
#       ログを送るドライバー（syslog、転送付きの journald、fluentd、gelf、awslogs など）を選ぶか、ログ転送がファイルを読んでいることを記録する（attestations）。
#     risk: >-
#       docker logs は読み取れるドライバーでしか使えない。以後に作るコンテナーに効く。デーモンの再起動が必要。live-restore がなければ、その間すべてのコンテナーが止まる。
package seawall.docker.central_logging

import data.seawall.lib.docker

outside := docker.no_daemon

missing := docker.no_member("LoggingDriver")

driver := input.engine.info.LoggingDriver

shipped if docker.attested("SW-DOCKER-2.14")

deny contains {"driver": driver, "subject": "LoggingDriver", "evidence": driver} if {
	driver in {"json-file", "local", "none", ""}
	not shipped
}

seen contains {"subject": "LoggingDriver", "evidence": driver}

seen contains {"subject": "attestation", "evidence": sprintf("%s, %s", [a.date, a.by])} if {
	a := docker.attested("SW-DOCKER-2.14")
}
