# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Containers run with a read-only root file system
# description: >-
#   Who gets into a container whose files cannot be changed cannot put tools there, nor replace its
#   programs.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-REC-012
#   aliases: [readonly-root-filesystem, df49d893-a74c-421d-bc95-c663042e5b80, CIS-DOCKER-5.13]
#   severity: medium
#   kinds: [container]
#   recommendations: [readonly-root-filesystem]
#   message: "The container {container} {what}"
#   remediation: Set --read-only, with --tmpfs or volumes for what must be written.
#   fix:
#     by_hand: true
#     command: "docker run --name {subject} --read-only --tmpfs /tmp IMAGE"
#     file: compose.yaml
#     text: "services:\n  SERVICE:\n    read_only: true\n    tmpfs: [/tmp]"
#     risk: >-
#       A program that writes outside of volumes and tmpfs fails (docker diff shows what it
#       writes).
#   ja:
#     title: 読み取り専用ルート ファイル システムを強制する
#     description: >-
#       ファイルを変更できないコンテナーでは、侵入してもツールを置いたりプログラムを差し替えたりできない。
#     message: "コンテナー {container} {what_ja}"
#     remediation: >-
#       --read-only を付け、書く必要のある所には --tmpfs やボリュームを使う。
#     risk: >-
#       ボリュームと tmpfs 以外に書くプログラムは失敗する（書いた場所は docker diff で分かる）。
package seawall.container.readonly_root

import data.seawall.docker.readonly_rootfs
import data.seawall.lib.container
import data.seawall.lib.workload

outside := workload.outside("readonly-root-filesystem")

missing contains reason if some reason in readonly_rootfs.missing

deny contains container.finding({"what": "may write to its root file system", "what_ja": "がルート ファイル システムに書ける", "evidence": found.evidence}) if some found in readonly_rootfs.deny

seen contains item if some item in readonly_rootfs.seen
