# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "Packages of apt without a version"
# description: >-
#   Which version comes depends on the day of the build.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-025
#   aliases:
#     - "DL3008"
#   severity: low
#   message: "{names} without a version"
#   remediation: >-
#     Write name=version for what matters, or build from a snapshot of the repository.
#   ja:
#     title: "apt パッケージのバージョン指定がない"
#     description: "どのバージョンが入るかはビルドの日に左右される。"
#     message: "{names} にバージョン指定がない"
#     remediation: "重要なものは 名前=バージョン で指定するか、リポジトリーのスナップショットからビルドする。"
package seawall.dockerfile.unpinned_apt

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(i.run), {"names": concat(", ", names)}) if {
	some i in dockerfile.apt_installs
	not dockerfile.has_flag(i.run.command.args, {"-t", "--target-release", "--default-release"})
	names := [p |
		some p in i.packages
		dockerfile.is_name(p)
		not contains(p, "=")
		not endswith(p, "-")
		not endswith(p, ".deb")
	]
	count(names) > 0
}
