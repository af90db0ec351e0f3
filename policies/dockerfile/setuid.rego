# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "A file gets the setuid or setgid bit"
# description: >-
#   Such a program runs with the rights of its owner, whoever starts it.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-043
#   aliases:
#     - "CIS-DI-0008"
#     - "CIS-DOCKER-4.8"
#     - "4.8"
#   severity: medium
#   message: "chmod {mode} sets the bit"
#   remediation: >-
#     Leave it out; give the process the one capability that it needs.
#   ja:
#     title: "setuid または setgid ビットを立てている"
#     description: "そのようなプログラムは、誰が起動しても所有者の権限で動く。"
#     message: "chmod {mode} がビットを立てる"
#     remediation: "ビットを立てず、必要なケーパビリティーだけを与える。"
package seawall.dockerfile.setuid

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(r), {"mode": mode}) if {
	some r in dockerfile.runs_of({"chmod"})
	mode := [a |
		some a in r.command.args
		not regex.match("^-(-|[Rvcf]+$)", a)
	][0]
	sets(mode)
}

deny contains object.union(dockerfile.place(x), {"mode": mode}) if {
	some x in dockerfile.all
	x.item.Cmd in {"copy", "add"}
	some flag in x.item.Flags
	startswith(flag, "--chmod=")
	mode := substring(flag, 8, -1)
	sets(mode)
}

sets(mode) if regex.match("^0?[24567][0-7]{3}$", mode)

sets(mode) if {
	some part in split(mode, ",")
	regex.match("^[ugoa]*[+=][rwxtX]*s", part)
}
