# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "A folder of the system is a volume"
# description: >-
#   A volume on such a folder lets a container change what the system, or the host, relies on.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-065
#   aliases:
#     - "DKL-DI-0002"
#   severity: medium
#   message: "VOLUME {path}"
#   remediation: >-
#     Use a folder of the application.
#   ja:
#     title: "システムのフォルダーがボリュームになっている"
#     description: "そのようなボリュームは、システムやホストが頼るものをコンテナーから変えられるようにする。"
#     message: "VOLUME {path} を使っている"
#     remediation: "アプリケーションのフォルダーを使う。"
package seawall.dockerfile.sensitive_volume

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.place(x), {"path": path}) if {
	some x in dockerfile.of("volume")
	some path in x.item.expanded
	path != null
	regex.match("^/(boot|dev|etc|lib|lib64|proc|sys|usr|bin|sbin|root|run|var/run|var/lib/docker)?/?$", path)
}
