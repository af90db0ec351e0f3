# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "A failure in a pipe goes unseen"
# description: >-
#   A shell takes the result of the last command in a pipe: when the first one fails, the build
#   goes on.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-052
#   aliases:
#     - "DL4006"
#   severity: low
#   message: "The result of {command} is lost in a pipe"
#   remediation: >-
#     Put SHELL ["/bin/bash", "-o", "pipefail", "-c"] in front, or set -o pipefail into the RUN.
#   ja:
#     title: "パイプの途中の失敗が見えない"
#     description: "シェルはパイプの最後のコマンドの結果だけを見るため、最初のコマンドが失敗してもビルドは続く。"
#     message: "{command} の結果がパイプで失われる"
#     remediation: "前に SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"] を置くか、RUN の中で set -o pipefail を行う。"
package seawall.dockerfile.pipefail

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(r), {"command": before}) if {
	some r in dockerfile.runs
	r.command.op == "|"
	r.command.depth == 0
	r.item.shell == "posix"
	not r.item.pipefail
	not sets(r.item)
	before := [c.name |
		some c in r.item.commands
		c.pipeline == r.command.pipeline
		c.op != "|"
	][0]
	not before in {"echo", "printf", "yes", "true", ":"}
}

sets(item) if {
	some command in item.commands
	command.name == "set"
	some arg in command.args
	arg == "pipefail"
}
