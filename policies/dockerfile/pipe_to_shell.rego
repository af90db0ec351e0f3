# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "What is fetched is run at once"
# description: >-
#   A script that goes from the network into a shell is run whatever it says today, half of it
#   when the connection breaks.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-041
#   aliases:
#     - "CIS-DI-0011"
#     - "CIS-DOCKER-4.11"
#     - "4.11"
#   severity: high
#   message: "What {tool} fetches goes into {shell}"
#   remediation: >-
#     Fetch a fixed version into a file, compare its checksum, then run it.
#   ja:
#     title: "取得したものをそのまま実行している"
#     description: "ネットワークからシェルに流し込まれたスクリプトは、今日の中身が何であれ実行され、接続が切れれば途中まで実行される。"
#     message: "{tool} が取得したものを {shell} に渡している"
#     remediation: "決まったバージョンをファイルに取得し、チェックサムを確かめてから実行する。"
package seawall.dockerfile.pipe_to_shell

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

shells := {"sh", "bash", "dash", "ash", "zsh", "ksh", "python", "python2", "python3", "perl", "ruby", "node", "php"}

# Plain files of a tool that reads them from its standard input.
deny contains object.union(dockerfile.spot(r), {"tool": from.name, "shell": r.command.name}) if {
	some r in dockerfile.runs
	r.command.name in shells
	some from in r.item.commands
	from.name in {"curl", "wget", "fetch", "aria2c"}
	from.pipeline == r.command.pipeline
	from.depth == r.command.depth
}

# bash -c "$(curl ...)", bash <(curl ...)
deny contains object.union(dockerfile.spot(r), {"tool": tool, "shell": r.command.name}) if {
	some r in dockerfile.runs
	r.command.name in shells | {"eval", "source", "."}
	some word in array.concat(r.command.args, [to |
		some redirect in r.command.redirects
		to := redirect.to
	])
	some tool in {"curl", "wget"}
	regex.match(sprintf("(\\$\\(|`|^\\()\\s*%s\\s", [tool]), word)
}
