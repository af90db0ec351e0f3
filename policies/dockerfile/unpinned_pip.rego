# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "Packages of pip without a version"
# description: >-
#   Which version comes depends on the day of the build, and a taken-over package comes at once.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-027
#   aliases:
#     - "DL3013"
#   severity: low
#   message: "{names} without a version"
#   remediation: >-
#     Write name==version, or install from a requirements file with hashes.
#   ja:
#     title: "pip パッケージのバージョン指定がない"
#     description: "どのバージョンが入るかはビルドの日に左右され、乗っ取られたパッケージもすぐに入ってしまう。"
#     message: "{names} にバージョン指定がない"
#     remediation: "名前==バージョン で指定するか、ハッシュ付きの requirements ファイルから導入する。"
package seawall.dockerfile.unpinned_pip

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(i.run), {"names": concat(", ", names)}) if {
	some i in dockerfile.pip_installs
	not dockerfile.has_flag(i.run.command.args, {"-c", "--constraint", "--no-index"})
	names := [p |
		some p in i.packages
		dockerfile.is_name(p)
		not regex.match("==|===|~=|@|\\.(whl|zip|tar\\.gz)$|^git\\+", p)
	]
	count(names) > 0
}
