# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Give container data its own partition
# description: >-
#   Images and containers can fill the disk they lie on. On a file system of their own they cannot
#   stop the host.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-1.1.1
#   aliases: [CIS-DOCKER-1.1.1]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "1.1.1", "1.7.0": "1.1.1", "1.6.0": "1.1.1", "1.3.1": "1.1.1", "1.2.0": "1.2.1"}
#   message: "{path} has no file system of its own: {why}"
#   remediation: >-
#     Create a logical volume and mount it on the data root; on a host in use, stop Docker, copy the
#     data and mount it there.
#   ja:
#     title: コンテナーのデータに専用パーティションを割り当てる
#     description: >-
#       イメージとコンテナーは、置かれたディスクを埋めることがある。専用のファイル システムなら、ホストを止めることはない。
#     message: "{path} に専用のファイル システムがない: {reason_ja}"
#     remediation: >-
#       論理ボリュームを作ってデータ ルートにマウントする。使用中のホストでは Docker を止め、データを写してからマウントする。
package seawall.docker.data_partition

import data.seawall.lib.docker

outside := docker.no_daemon

missing contains docker.unread("engine.info") if not root

missing contains docker.unread("mounts") if not are_known

# All of them, and one that holds the folder's parent.
are_known if {
	every m in input.mounts {
		is_string(m.point)
		is_number(m.major)
		is_number(m.minor)
	}
	count(above) > 0
}

missing contains docker.unread("files.data_root") if not docker.given(["files", "data_root"])

# With userns-remap the engine keeps its data in a folder UID.GID below it.
root := dir_of(input.engine.info.DockerRootDir) if {
	docker.has_option("userns")
	regex.match(`/[0-9]+\.[0-9]+/*$`, input.engine.info.DockerRootDir)
} else := clean(input.engine.info.DockerRootDir)

clean(path) := "/" if path == "/"

clean(path) := trim_right(path, "/") if path != "/"

dir_of(path) := "/" if regex.match(`^/[^/]*/*$`, path)

dir_of(path) := regex.replace(clean(path), `/+[^/]*$`, "") if not regex.match(`^/[^/]*/*$`, path)

# Links followed: those of the folder that was looked at hold for its parent, too.
resolved := clean(looked.resolved) if clean(looked.path) == root else := dir_of(looked.resolved) if clean(looked.path) == clean(input.engine.info.DockerRootDir) else := root

looked := file if {
	some file in input.files.data_root
	file.exists
	is_string(file.resolved)
}

last(list) := list[count(list) - 1]

mounted := last([m |
	some m in input.mounts
	m.point == resolved
])

holding := [m |
	some m in input.mounts
	is_above(m.point, dir_of(resolved))
]

# The last one on the longest point.
above := last([m |
	some m in holding
	count(m.point) == longest
])

longest := max([count(m.point) | some m in holding])

is_above(point, path) if point == path

is_above(point, path) if startswith(path, sprintf("%s/", [trim_suffix(point, "/")]))

device(m) := sprintf("%d:%d", [m.major, m.minor])

deny contains {"path": root, "why": "it is no mount point", "reason_ja": "マウント ポイントでない", "subject": root, "evidence": evidence} if {
	docker.given(["mounts"])
	not mounted
}

deny contains {"path": root, "why": "it is mounted from the device that holds its parent", "reason_ja": "親と同じデバイスからマウントされている", "subject": root, "evidence": evidence} if {
	resolved != "/"
	device(mounted) == device(above)
}

deny contains {"path": root, "why": "it is the root of the host", "reason_ja": "ホストのルートである", "subject": root, "evidence": evidence} if resolved == "/"

evidence := sprintf("%s on %s (%s), parent on %s", [resolved, source_of(mounted), device(mounted), device(above)]) if mounted

evidence := sprintf("%s lies on %s (%s)", [resolved, source_of(above), device(above)]) if not mounted

source_of(m) := sprintf("%s %s", [object.get(m, "source", "?"), object.get(m, "type", "?")])

seen contains {"subject": root, "evidence": evidence}
