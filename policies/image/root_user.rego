# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: The image runs as root
# description: >-
#   A process that breaks out of its container, or writes to a mounted folder, does so with the
#   rights of the user it runs as. An image without a user of its own starts everything as root.
# related_resources:
#   - https://docs.docker.com/reference/dockerfile/#user
# custom:
#   id: SW-IMG-001
#   aliases: [CIS-DI-0001, AVD-DS-0002, DS-0002, DS002, DL3002, "CIS-DOCKER-4.1", "4.1"]
#   severity: high
#   message: "The image starts its processes as {user}"
#   remediation: >-
#     Create an account in the Dockerfile and name it in the last USER instruction; number and group
#     (USER 10001:10001) let Kubernetes check it too.
#   ja:
#     title: イメージが root で動く
#     description: >-
#       コンテナーから抜け出したプロセスや、マウントしたフォルダーへの書き込みは、実行ユーザーの権限で
#       行われる。ユーザー指定のないイメージはすべてを root で起動する。
#     message: "イメージのプロセスは {user} として起動する"
#     remediation: >-
#       Dockerfile でアカウントを作り、最後の USER 命令に指定する。番号とグループ（USER 10001:10001）で
#       書けば Kubernetes でも検証できる。
package seawall.image.root_user

import data.seawall.lib.facts

missing contains "the user of the image is not known" if not known

known if is_string(input.user)

deny contains {"user": "root", "subject": "USER", "evidence": input.user} if {
	facts.is_root(input.user)
}
