# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "ENV or LABEL in the old form"
# description: >-
#   Without the equals sign everything to the end of the line is the value, which is seldom meant.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-064
#   aliases:
#     - "LegacyKeyValueFormat"
#   severity: low
#   message: "{cmd} {name} is in the old form"
#   remediation: >-
#     Write NAME="value".
#   ja:
#     title: "ENV や LABEL が古い形式"
#     description: "等号がなければ行末までがすべて値になり、意図と違うことが多い。"
#     message: "{cmd} {name} が古い形式である"
#     remediation: "名前=\"値\" と書く。"
package seawall.dockerfile.legacy_env

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.blank_place(x), {"cmd": upper(x.item.Cmd), "name": x.item.Value[0]}) if {
	some x in dockerfile.all
	x.item.Cmd in {"env", "label"}
	count(x.item.Value) == 3
	x.item.Value[2] == ""
}
