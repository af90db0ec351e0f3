# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "ONBUILD waits for other people's builds"
# description: >-
#   What ONBUILD holds runs in every build on top of this image, unseen in the Dockerfile there.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-054
#   aliases:
#     - "DL3043"
#   severity: low
#   message: "ONBUILD {cmd} runs in the builds of others"
#   remediation: >-
#     Put the instruction into the Dockerfile that needs it.
#   ja:
#     title: "ONBUILD が他人のビルドで動く"
#     description: "ONBUILD の中身は、このイメージを土台とするすべてのビルドで、その Dockerfile には見えないまま実行される。"
#     message: "ONBUILD {cmd} が他人のビルドで実行される"
#     remediation: "必要とする Dockerfile に命令を書く。"
package seawall.dockerfile.onbuild

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.place(x), {"cmd": upper(x.item.inner.Cmd)}) if {
	some x in dockerfile.of("onbuild")
}
