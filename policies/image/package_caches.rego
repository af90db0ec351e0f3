# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Caches of package managers are left in the image
# description: >-
#   They make every pull slower and serve nobody: lists and archives are out of date when the next
#   package is installed.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/#apt-get
# custom:
#   id: SW-IMG-009
#   aliases: [DKL-DI-0004, DKL-DI-0005, AVD-DS-0025, DS-0025, DS025, AVD-DS-0015, DS015, AVD-DS-0019, DS019, DL3009, DL3019, DL3040, DL3042]
#   severity: low
#   message: "{files} files of {manager}, {size}, below {path}"
#   remediation: >-
#     Remove them in the same RUN instruction that makes them (rm -rf /var/lib/apt/lists/*, apk
#     add --no-cache, dnf clean all, pip --no-cache-dir), or use a cache mount.
#   ja:
#     title: パッケージマネージャーのキャッシュが残っている
#     description: >-
#       取得のたびに余分な転送になり、役にも立たない。一覧や書庫は、次のパッケージを入れるときには古くなっている。
#     message: >-
#       {manager} のファイル {files} 個（{size}）が {path} 以下にある
#     remediation: >-
#       作成した RUN 命令の中で消す（rm -rf /var/lib/apt/lists/*、apk add --no-cache、dnf clean all、pip --no-cache-dir）か、キャッシュマウントを使う。
package seawall.image.package_caches

import data.seawall.lib.image

missing contains image.files_unknown if not image.files_known

deny contains finding if {
	some manager in {cache.manager | some cache in input.files.caches}
	mine := [cache | some cache in input.files.caches; cache.manager == manager]
	bytes := sum([cache.bytes | some cache in mine])
	bytes > 0
	finding := {
		"manager": manager,
		"files": sum([cache.files | some cache in mine]),
		"size": size(bytes),
		"path": mine[0].path,
		"file": mine[0].path,
		"layer": mine[0].layer,
		"subject": manager,
		"evidence": sprintf("%d bytes", [bytes]),
	}
}

size(bytes) := sprintf("%d KiB", [ceil(bytes / 1024)]) if bytes < 1048576 else := sprintf("%d MiB", [round(bytes / 1048576)])
