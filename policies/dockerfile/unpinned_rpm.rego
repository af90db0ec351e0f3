# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "Packages of yum, dnf or zypper without a version"
# description: >-
#   Which version comes depends on the day of the build.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-030
#   aliases:
#     - "DL3033"
#     - "DL3037"
#     - "DL3041"
#   severity: low
#   message: "{names} without a version"
#   remediation: >-
#     Write name-version (zypper: name=version) for what matters.
#   ja:
#     title: "yum、dnf、zypper パッケージのバージョン指定がない"
#     description: "どのバージョンが入るかはビルドの日に左右される。"
#     message: "{names} にバージョン指定がない"
#     remediation: "重要なものは 名前-バージョン（zypper は 名前=バージョン）で指定する。"
package seawall.dockerfile.unpinned_rpm

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(i.run), {"names": concat(", ", names)}) if {
	some i in dockerfile.rpm_installs
	not "groupinstall" in i.run.command.args
	names := [p |
		some p in i.packages
		dockerfile.is_name(p)
		not regex.match("-[0-9]|[=<>]|^@|\\.rpm$", p)
	]
	count(names) > 0
}
