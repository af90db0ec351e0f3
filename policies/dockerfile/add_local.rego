# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "ADD is used where COPY does"
# description: >-
#   ADD unpacks archives and fetches addresses by itself. Where a file or folder is only copied,
#   COPY says what is meant and cannot surprise.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-006
#   aliases:
#     - "DS005"
#     - "AVD-DS-0005"
#     - "DS-0005"
#     - "DL3020"
#     - "CKV_DOCKER_4"
#     - "CIS-DI-0009"
#     - "CIS-DOCKER-4.9"
#     - "4.9"
#   severity: low
#   message: "ADD of {source} where COPY does"
#   remediation: >-
#     Write COPY in place of ADD.
#   ja:
#     title: "COPY で足りるところに ADD を使っている"
#     description: "ADD はアーカイブを自動で展開し、URL から取得もする。ファイルやフォルダーを写すだけなら、意図が明確で驚きのない COPY を使う。"
#     message: "COPY で足りる {source} に ADD を使っている"
#     remediation: "ADD を COPY に書き換える。"
package seawall.dockerfile.add_local

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.place(x), {"source": source}) if {
	some x in dockerfile.of("add")
	sources := array.slice(x.item.Value, 0, count(x.item.Value) - 1)
	every s in sources {
		plain(s)
	}
	source := sources[0]
}

plain(source) if {
	not regex.match("^(https?|git|ssh|s3)://|^git@|^<<|\\.git(#|$)", source)
	not regex.match("(?i)\\.(tar|tgz|tbz2?|txz|tlz|tzst|gz|bz2|xz|zst|lzma)$", source)
	not contains(source, "$")
}
