# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "The last stage runs as root"
# description: >-
#   A process that breaks out of its container, or writes to a mounted folder, does so with the
#   rights of the user it runs as. Without a USER in the last stage everything is started as root.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-001
#   aliases:
#     - "DS002"
#     - "AVD-DS-0002"
#     - "DS-0002"
#     - "DL3002"
#     - "CKV_DOCKER_3"
#     - "CKV_DOCKER_8"
#     - "CIS-DI-0001"
#     - "CIS-DOCKER-4.1"
#     - "4.1"
#   severity: high
#   message: "The image starts its processes as {user}"
#   remediation: >-
#     Create an account and name it in the last USER instruction, best as numbers (USER
#     10001:10001).
#   ja:
#     title: "最終ステージが root で動く"
#     description: "コンテナーから抜け出したプロセスや、マウントしたフォルダーへの書き込みは実行ユーザーの権限で行われる。最終ステージに USER がなければ、すべてが root で起動する。"
#     message: "イメージのプロセスは {user} として起動する"
#     remediation: "アカウントを作り、最後の USER 命令に指定する。番号（USER 10001:10001）で書くのが望ましい。"
package seawall.dockerfile.root_user

import data.seawall.lib.dockerfile
import data.seawall.lib.facts

missing contains reason if some reason in dockerfile.missing

users := [x |
	some stage in dockerfile.chain(dockerfile.final)
	found := dockerfile.stage_of(stage, "user")
	x := found[count(found) - 1]
]

# Images that are made to run without root say so in their names.
rootless if regex.match("nonroot|rootless|unprivileged", dockerfile.root_base(dockerfile.final).expanded)

deny contains object.union(dockerfile.place(users[0]), {"user": user}) if {
	user := users[0].item.expanded[0]
	facts.is_root(user)
}

# What is missing has no line: an exception anywhere in the file is meant for it.
deny contains {"user": "root"} if {
	count(users) == 0
	not rootless
}

manual contains object.union(dockerfile.place(users[0]), {"user": users[0].item.Value[0]}) if {
	users[0].item.expanded[0] == null
}
