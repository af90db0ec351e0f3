# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "MAINTAINER is deprecated"
# description: >-
#   Builders will drop it; tools read a label in its place.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-051
#   aliases:
#     - "DS022"
#     - "AVD-DS-0022"
#     - "DS-0022"
#     - "DL4000"
#     - "CKV_DOCKER_6"
#     - "MaintainerDeprecated"
#   severity: low
#   message: "MAINTAINER is deprecated"
#   remediation: >-
#     Write LABEL org.opencontainers.image.authors="...".
#   ja:
#     title: "MAINTAINER は廃止予定"
#     description: "ビルダーはいずれ対応をやめる。ツールは代わりにラベルを読む。"
#     message: "MAINTAINER は廃止予定である"
#     remediation: "LABEL org.opencontainers.image.authors=\"...\" と書く。"
package seawall.dockerfile.maintainer

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains dockerfile.place(x) if some x in dockerfile.of("maintainer")
