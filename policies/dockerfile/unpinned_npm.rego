# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "Packages of npm without a version"
# description: >-
#   Which version comes depends on the day of the build, and a taken-over package comes at once.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-028
#   aliases:
#     - "DL3016"
#   severity: low
#   message: "{names} without a version"
#   remediation: >-
#     Write name@version, or npm ci with a lock file.
#   ja:
#     title: "npm パッケージのバージョン指定がない"
#     description: "どのバージョンが入るかはビルドの日に左右され、乗っ取られたパッケージもすぐに入ってしまう。"
#     message: "{names} にバージョン指定がない"
#     remediation: "名前@バージョン で指定するか、ロックファイルと npm ci を使う。"
package seawall.dockerfile.unpinned_npm

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

takes := {"--prefix", "--registry", "-C", "--cache", "--loglevel", "--omit", "--include", "-w", "--workspace", "--cwd"}

verbs := {"npm": {"install", "i", "add"}, "pnpm": {"add", "install", "i"}, "yarn": {"add"}}

deny contains object.union(dockerfile.spot(r), {"names": concat(", ", names)}) if {
	some r in dockerfile.runs
	some verb in verbs[r.command.name]
	pos := [p |
		some p in dockerfile.positional(r.command.args, takes)
		p != "global"
	]
	pos[0] == verb
	names := [p |
		some p in array.slice(pos, 1, count(pos))
		not pinned(p)
	]
	count(names) > 0
}

pinned(p) if contains(p, "$")

pinned(p) if regex.match("^.+@(v?[0-9]+(\\.[0-9]+)*[-+.0-9A-Za-z]*|npm:.+|[\\^~].*)$", p)

pinned(p) if regex.match("^(\\.|/|~|https?:|git[+:@]|file:|github:)|\\.tgz$|^[^@/]+/[^/]+#", p)
