# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Do not use the aufs storage driver
# description: The driver is no longer maintained; its flaws stay, and the engine has removed it.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-2.6
#   aliases: [CIS-DOCKER-2.6]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "2.6", "1.7.0": "2.6", "1.6.0": "2.6", "1.3.1": "2.6", "1.2.0": "2.5"}
#   message: The storage driver is aufs
#   remediation: Save images and volumes, set storage-driver to overlay2 and load them again.
#   fix:
#     by_hand: true
#     file: "/etc/docker/daemon.json"
#     text: "{\"storage-driver\": \"overlay2\"}"
#     risk: >-
#       Images and containers of the old driver are not seen until it is set again. The daemon must
#       be started again; without live-restore all containers stop for that time.
#   ja:
#     title: aufs ストレージ ドライバーを使わない
#     description: >-
#       このドライバーはもう保守されておらず、欠陥が残る。新しいエンジンからは取り除かれている。
#     message: "ストレージ ドライバーが aufs"
#     remediation: >-
#       イメージとボリュームを保存し、storage-driver を overlay2 にしてから読み込み直す。
#     risk: >-
#       古いドライバーのイメージとコンテナーは、設定を戻すまで見えなくなる。デーモンの再起動が必要。live-restore がなければ、その間すべてのコンテナーが止まる。
package seawall.docker.aufs_driver

import data.seawall.lib.docker

outside := docker.no_daemon

missing := docker.no_member("Driver")

driver := lower(input.engine.info.Driver)

deny contains {"subject": "Driver", "evidence": driver} if {
	driver == "aufs"
	not docker.engine_at_least(24)
}

seen contains {"subject": "Driver", "evidence": driver}
