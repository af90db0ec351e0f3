# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: hostPath volumes use only known paths
# description: >-
#   Who writes to folders of the node changes what the node runs; who reads them finds its keys.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-REC-023
#   aliases: [hostpath-volumes-restricted, 098fc59e-46c7-4d99-9b16-64990e543d75, CIS-DOCKER-5.6]
#   severity: medium
#   kinds: [container]
#   recommendations: [hostpath-volumes-restricted]
#   message: "The container {container} mounts {path} of the host, which is not allowed"
#   remediation: Use a volume in place of the path, or put the path on the list and mount it read-only.
#   fix:
#     by_hand: true
#     command: "docker run --name {subject} --mount type=volume,source=VOLUME,target=/data IMAGE"
#     file: compose.yaml
#     text: "services:\n  SERVICE:\n    volumes: [\"VOLUME:/data\"]\nvolumes:\n  VOLUME: {}"
#     risk: What lies in the folder of the host has to be copied into the volume before.
#   ja:
#     title: hostPath ボリュームを許可リストに限定する
#     description: >-
#       ノードのフォルダーに書ければノードで動くものを変えられ、読めれば鍵が見つかる。
#     message: "コンテナー {container} が許可されていないホストの {path} をマウントしている"
#     remediation: >-
#       パスの代わりにボリュームを使うか、パスを一覧に加えて読み取り専用でマウントする。
#     risk: >-
#       ホストのフォルダーの内容は、事前にボリュームへ写す必要がある。
package seawall.container.host_paths

import data.seawall.lib.container
import data.seawall.lib.settings
import data.seawall.lib.workload

outside := workload.outside("hostpath-volumes-restricted")

missing := container.no_mounts

paths := object.get(settings.parameter_or("hostpath-volumes-restricted", "allowedHostPaths", {}), "paths", [])

# By segment of the path; "/" is only the root itself.
fits(entry, mount) if {
	is_below(mount.path, container.clean(entry.pathPrefix))
	is_readable_only(entry, mount)
}

is_below(path, "/") if path == "/"

is_below(path, prefix) if {
	prefix != "/"
	container.is_in(path, prefix)
}

is_readable_only(entry, _) if object.get(entry, "readOnly", false) != true

is_readable_only(entry, mount) if {
	entry.readOnly == true
	mount.rw == false
}

allowed(mount) if {
	some entry in paths
	fits(entry, mount)
}

deny contains container.finding({"path": mount.path, "evidence": container.mount_text(mount)}) if {
	workload.judged("hostpath-volumes-restricted", ["allowedHostPaths"])
	some mount in container.host_mounts
	not allowed(mount)
}

manual contains workload.decision(used, used) if {
	workload.undecided("hostpath-volumes-restricted", ["allowedHostPaths"])
	count(container.host_mounts) > 0
}

used := concat(", ", sort({container.mount_text(mount) | some mount in container.host_mounts}))

seen contains container.seen(used)
