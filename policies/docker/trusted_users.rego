# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Only trusted users control the daemon
# description: >-
#   Whoever may write to the socket of the API can start a container that holds the whole host.
#   Membership in its group is the same as being root.
# related_resources:
#   - https://docs.docker.com/engine/security/#docker-daemon-attack-surface
# custom:
#   id: SW-DOCKER-1.1.2
#   aliases: [CIS-DOCKER-1.1.2]
#   severity: high
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "1.1.2", "1.7.0": "1.1.2", "1.6.0": "1.1.2", "1.3.1": "1.1.2", "1.2.0": "1.2.2"}
#   alerts: [SW-NODE-031]
#   message: "The user {user} controls the daemon through the group {group} and is not on the list of trusted users"
#   remediation: >-
#     Remove the user from the group (gpasswd -d USER docker), or add the name to
#     trusted_docker_users. Do not map sensitive folders of the host into containers of such users.
#   fix:
#     command: "gpasswd -d {subject} docker"
#     risk: The user can no longer use Docker without sudo.
#   ja:
#     title: 信頼できるユーザーだけがデーモンを操作する
#     description: >-
#       API のソケットに書ける者は、ホスト全体を持つコンテナーを起動できる。そのグループに属することは root であることと同じである。
#     message: "ユーザー {user} がグループ {group} を通じてデーモンを操作でき、信頼リストにない"
#     remediation: >-
#       ユーザーをグループから外す（gpasswd -d USER docker）か、trusted_docker_users に加える。そのようなユーザーのコンテナーにホストの重要なフォルダーを割り当てない。
#     risk: >-
#       そのユーザーは sudo なしで Docker を使えなくなる。
package seawall.docker.trusted_users

import data.seawall.lib.docker

outside := docker.no_engine

outside := {"msg": "no group but root controls the API", "ja": "API を操作できるグループは root だけである"} if {
	not docker.no_engine
	is_null(input.accounts.docker_group)
	every group in input.accounts.socket_groups {
		group.gid == 0
	}
}

missing contains docker.unread("accounts") if not docker.given(["accounts", "socket_groups"])

missing contains docker.unread("accounts.directory") if not docker.given(["accounts", "directory"])

# No socket: the daemon is stopped, the group waits for it.
groups := input.accounts.socket_groups if count(input.accounts.socket_groups) > 0

groups := [input.accounts.docker_group] if {
	count(input.accounts.socket_groups) == 0
	is_object(input.accounts.docker_group)
}

users contains {"user": user, "group": group.name} if {
	some group in groups
	some user in array.concat(group.members, object.get(group, "primary", []))
	user != "root"
}

listed if is_array(data.settings.trusted_docker_users)

decided if {
	listed
	count(input.accounts.directory) == 0
}

deny contains {"user": u.user, "group": u.group, "subject": u.user, "evidence": evidence} if {
	decided
	some u in users
	not u.user in data.settings.trusted_docker_users
}

manual contains {
	"msg": sprintf("Decide whether all who control the daemon are trusted: %s%s", [names, unseen]),
	"ja": sprintf("デーモンを操作できる全員が信頼できるかを判断する: %s%s", [names, unseen]),
	"subject": "docker",
	"evidence": evidence,
} if {
	not decided
}

names := concat(", ", sort({u.user | some u in users}))

unseen := sprintf("; more may come from %s", [concat(", ", input.accounts.directory)]) if count(input.accounts.directory) > 0

unseen := "" if count(input.accounts.directory) == 0

evidence := concat("; ", array.concat(
	[sprintf("group %s: %s", [group.name, concat(", ", array.concat(group.members, object.get(group, "primary", [])))]) | some group in groups],
	[sprintf("%s %s:%s %s", [file.path, file.owner, file.group, file.mode_text]) |
		some file in input.files.api_socket
		file.exists
	],
))

seen contains {"subject": "docker", "evidence": evidence}
