# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "Packages of apk without a version"
# description: >-
#   Which version comes depends on the day of the build.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-026
#   aliases:
#     - "DL3018"
#   severity: low
#   message: "{names} without a version"
#   remediation: >-
#     Write name=version or name~=version.
#   ja:
#     title: "apk パッケージのバージョン指定がない"
#     description: "どのバージョンが入るかはビルドの日に左右される。"
#     message: "{names} にバージョン指定がない"
#     remediation: "名前=バージョン または 名前~=バージョン で指定する。"
package seawall.dockerfile.unpinned_apk

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(i.run), {"names": concat(", ", names)}) if {
	some i in dockerfile.apk_installs
	names := [p |
		some p in i.packages
		dockerfile.is_name(p)
		not regex.match("[=<>~@]", p)
		not endswith(p, ".apk")
	]
	count(names) > 0
}
