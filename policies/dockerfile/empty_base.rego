# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "The name of the base image is incomplete"
# description: >-
#   A variable in FROM that no ARG in front of the first FROM declares, or whose default is empty,
#   leaves an image name that the builder refuses or that means something else.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-005
#   aliases:
#     - "UndefinedArgInFrom"
#     - "InvalidDefaultArgInFrom"
#   severity: medium
#   message: "FROM {image} becomes '{expanded}'"
#   remediation: >-
#     Declare the variable with ARG in front of the first FROM and give it a default.
#   ja:
#     title: "ベースイメージの名前が不完全"
#     description: "最初の FROM より前の ARG で宣言されていない変数や、既定値が空の変数を FROM で使うと、ビルダーが拒むか別の意味になる名前が残る。"
#     message: "FROM {image} は '{expanded}' になる"
#     remediation: "変数を最初の FROM より前の ARG で宣言し、既定値を与える。"
package seawall.dockerfile.empty_base

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains {"image": base.image, "expanded": base.expanded, "line": stage.line, "end_line": stage.end_line} if {
	some stage in dockerfile.stages
	base := stage.base
	regex.match("^$|[:@/]$|^[:@/]|//|:-|:@", base.expanded)
}
