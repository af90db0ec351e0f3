# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Do not mount sensitive host directories
# description: >-
#   Whoever may write to these folders changes programs, accounts or the kernel of the host from
#   inside of the container.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.6
#   aliases: [CIS-DOCKER-5.6]
#   severity: high
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.6", "1.7.0": "5.6", "1.6.0": "5.6", "1.3.1": "5.5", "1.2.0": "5.5"}
#   recommendations: [hostpath-volumes-restricted]
#   message: "The container {container} has {mount}"
#   remediation: Mount narrower paths, read-only.
#   ja:
#     title: ホストの重要なディレクトリをマウントしない
#     description: >-
#       これらのフォルダーに書ける者は、コンテナーの中からホストのプログラム、アカウント、カーネルを変えられる。
#     message: "コンテナー {container} に {mount} がマウントされている"
#     remediation: >-
#       より狭いパスを読み取り専用でマウントする。
package seawall.docker.sensitive_mounts

import data.seawall.lib.container
import data.seawall.lib.docker

outside := container.outside

missing := container.no_mounts

folders := {"/boot", "/dev", "/etc", "/lib", "/proc", "/sys", "/usr"}

sensitive(path) if path == "/"

sensitive(path) if {
	some folder in folders
	container.is_in(path, folder)
}

found := [m |
	some m in container.host_mounts
	sensitive(m.path)
]

deny contains container.finding({"mount": container.mount_text(m), "evidence": container.mount_text(m)}) if {
	some m in found
	m.rw
}

# Read-only ones are for a person to decide.
manual contains container.finding({"mount": container.mount_text(m), "evidence": container.mount_text(m)}) if {
	some m in found
	not m.rw
}

seen contains container.seen(sprintf("%d mounts of the host", [count(container.host_mounts)]))
