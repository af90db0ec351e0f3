# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "A Go program is installed without a version"
# description: >-
#   go install of @latest, or of a branch, gives another program from build to build.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-031
#   aliases:
#     - "DL3062"
#   severity: low
#   message: "{name} is installed without a version"
#   remediation: >-
#     Write module@v1.2.3.
#   ja:
#     title: "Go プログラムのバージョン指定がない"
#     description: "@latest やブランチを指定した go install は、ビルドごとに別のプログラムになる。"
#     message: "{name} がバージョン指定なしで導入されている"
#     remediation: "モジュール@v1.2.3 と書く。"
package seawall.dockerfile.unpinned_go

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(r), {"name": name}) if {
	some r in dockerfile.runs_of({"go"})
	pos := dockerfile.positional(r.command.args, {"-ldflags", "-tags", "-o", "-mod", "-gcflags"})
	pos[0] in {"install", "get", "run"}
	some name in array.slice(pos, 1, count(pos))
	regex.match("^[a-z0-9.-]+\\.[a-z]+/.*@(latest|main|master|upgrade|patch|HEAD)$", name)
}
