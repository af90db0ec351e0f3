# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "Everybody may write"
# description: >-
#   Files that every account may write can be changed by any process that was taken over.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-042
#   aliases:
#     - "CIS-DI-0008"
#   severity: medium
#   message: "chmod {mode} lets everybody write"
#   remediation: >-
#     Give rights to the one account that needs them: COPY --chown, chmod u+w.
#   ja:
#     title: "誰でも書き込める"
#     description: "すべてのアカウントが書けるファイルは、乗っ取られたどのプロセスからも変更できる。"
#     message: "chmod {mode} は誰にでも書き込みを許す"
#     remediation: "必要なアカウントだけに権限を与える（COPY --chown、chmod u+w）。"
package seawall.dockerfile.chmod_777

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(r), {"mode": mode}) if {
	some r in dockerfile.runs_of({"chmod"})
	mode := [a |
		some a in r.command.args
		not regex.match("^-(-|[Rvcf]+$)", a)
	][0]
	writes(mode)
}

deny contains object.union(dockerfile.place(x), {"mode": mode}) if {
	some x in dockerfile.all
	x.item.Cmd in {"copy", "add"}
	some flag in x.item.Flags
	startswith(flag, "--chmod=")
	mode := substring(flag, 8, -1)
	writes(mode)
}

# A sticky folder (1777) is what /tmp is.
writes(mode) if regex.match("^[0246]?[0-7][0-7][2367]$", mode)

writes(mode) if {
	some part in split(mode, ",")
	regex.match("^([ugo]*[ao][ugoa]*)[+=][rxstX]*w", part)
}

writes(mode) if regex.match("^\\+[rxstX]*w", mode)
