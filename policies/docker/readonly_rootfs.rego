# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Mount the root file system read-only
# description: >-
#   What cannot be written cannot be replaced: an intruder finds no place for tools, and the image
#   stays what was checked.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.13
#   aliases: [CIS-DOCKER-5.13]
#   severity: medium
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.13", "1.7.0": "5.13", "1.6.0": "5.13", "1.3.1": "5.12", "1.2.0": "5.12"}
#   recommendations: [readonly-root-filesystem]
#   message: "The container {container} may write to its root file system"
#   remediation: Set --read-only, with --tmpfs or volumes for what must be written.
#   ja:
#     title: ルート ファイル システムを読み取り専用でマウントする
#     description: >-
#       書けないものは置き換えられない。侵入者は道具を置けず、イメージは検査した時のままである。
#     message: "コンテナー {container} がルート ファイル システムに書ける"
#     remediation: >-
#       --read-only を付け、書く必要のある所には --tmpfs やボリュームを使う。
package seawall.docker.readonly_rootfs

import data.seawall.lib.container

outside := container.outside

missing := container.no_values(["ReadonlyRootfs"])

deny contains container.finding({"evidence": "HostConfig.ReadonlyRootfs is false"}) if {
	container.known
	container.value("ReadonlyRootfs", false) != true
}

seen contains container.seen(sprintf("HostConfig.ReadonlyRootfs: %v", [container.value("ReadonlyRootfs", false)]))
