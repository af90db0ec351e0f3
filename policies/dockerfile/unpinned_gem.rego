# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "Gems without a version"
# description: >-
#   Which version comes depends on the day of the build.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-029
#   aliases:
#     - "DL3028"
#   severity: low
#   message: "{names} without a version"
#   remediation: >-
#     Write gem install name:version, or use a Gemfile.lock.
#   ja:
#     title: "gem のバージョン指定がない"
#     description: "どのバージョンが入るかはビルドの日に左右される。"
#     message: "{names} にバージョン指定がない"
#     remediation: "gem install 名前:バージョン と書くか、Gemfile.lock を使う。"
package seawall.dockerfile.unpinned_gem

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

takes := {"-i", "--install-dir", "-n", "--bindir", "--platform", "-P", "--trust-policy", "-s", "--source", "--build-root", "-p", "--http-proxy"}

deny contains object.union(dockerfile.spot(r), {"names": concat(", ", names)}) if {
	some r in dockerfile.runs_of({"gem"})
	pos := dockerfile.positional(r.command.args, takes)
	pos[0] in {"install", "i"}
	not dockerfile.has_flag(r.command.args, {"-v", "--version", "-g", "--file"})
	names := [p |
		some p in array.slice(pos, 1, count(pos))
		dockerfile.is_name(p)
		not regex.match(":|\\.gem$", p)
	]
	count(names) > 0
}
