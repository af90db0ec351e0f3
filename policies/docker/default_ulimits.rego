# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Set default ulimits as needed
# description: >-
#   A limit for open files or processes that holds for every container keeps one of them from using
#   up the host.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-2.9
#   aliases: [CIS-DOCKER-2.9]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "2.9", "1.7.0": "2.8", "1.6.0": "2.8", "1.3.1": "2.8", "1.2.0": "2.7"}
#   message: >-
#     No default limits are set; decide whether the limits of the daemon are right for all
#     containers
#   remediation: Set default-ulimits in daemon.json, for example nofile and nproc.
#   fix:
#     file: "/etc/docker/daemon.json"
#     text: "{\"default-ulimits\": {\"nofile\": {\"Name\": \"nofile\", \"Soft\": 65536, \"Hard\": 65536}}}"
#     risk: >-
#       Programs that need more files than the limit fail. The daemon must be started again; without
#       live-restore all containers stop for that time.
#   ja:
#     title: 必要に応じて既定の ulimit を設定する
#     description: >-
#       すべてのコンテナーに効く、開けるファイル数やプロセス数の上限があれば、ひとつがホストを使い切ることはない。
#     message: "既定の上限がない。デーモンの上限が全コンテナーに適切かを判断する"
#     remediation: >-
#       daemon.json に default-ulimits（nofile、nproc など）を設定する。
#     risk: >-
#       上限より多くのファイルを必要とするプログラムは失敗する。デーモンの再起動が必要。live-restore がなければ、その間すべてのコンテナーが止まる。
package seawall.docker.default_ulimits

import data.seawall.lib.docker

outside := docker.no_daemon

missing := docker.no_setting("default-ulimits")

manual contains {"subject": "default-ulimits", "evidence": docker.shown("default-ulimits")} if {
	count(docker.setting("default-ulimits")) == 0
}

seen contains {"subject": "default-ulimits", "evidence": docker.shown("default-ulimits")}
