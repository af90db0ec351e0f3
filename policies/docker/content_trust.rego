# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Enable content trust
# description: >-
#   Without a signature that is checked, a tag is whatever the registry, or who broke into it, says.
# related_resources:
#   - https://docs.docker.com/engine/security/trust/
# custom:
#   id: SW-DOCKER-4.5
#   aliases: [CIS-DOCKER-4.5]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 2
#     mode: auto
#     numbers: {"1.8.0": "4.5", "1.7.0": "4.5", "1.6.0": "4.5", "1.3.1": "4.5", "1.2.0": "4.5"}
#   message: "Content trust is off{whom}"
#   remediation: >-
#     Set DOCKER_CONTENT_TRUST=1 for all users (/etc/environment), or enforce signatures when images
#     are pulled or admitted and record it (attestations).
#   fix:
#     file: "/etc/environment"
#     text: "DOCKER_CONTENT_TRUST=1"
#     risk: >-
#       Images without trust data can no longer be pulled, pushed or built upon by the docker
#       client.
#   ja:
#     title: コンテンツ トラストを有効にする
#     description: >-
#       署名を確かめなければ、タグの中身はレジストリ、またはそこに侵入した者の言うとおりになる。
#     message: "コンテンツ トラストが無効{whom}"
#     remediation: >-
#       全ユーザーに DOCKER_CONTENT_TRUST=1 を設定する（/etc/environment）か、取得時や受け入れ時に署名を強制し、記録する（attestations）。
#     risk: >-
#       信頼データのないイメージは、docker クライアントで取得、プッシュ、ビルドに使えなくなる。
package seawall.docker.content_trust

import data.seawall.lib.docker

outside := docker.no_engine

missing contains docker.unread("content_trust") if {
	not enforced
	not docker.given(["content_trust"])
}

enforced if docker.attested("SW-DOCKER-4.5")

# What the client takes as off; any other text is on.
is_on(value) if not lower(value) in {"", "0", "f", "false"}

everybody contains value if {
	some entry in input.content_trust
	entry.user == ""
	value := entry.value
}

all_on if {
	count(everybody) > 0
	every value in everybody {
		is_on(value)
	}
}

deny contains {"whom": "", "subject": "DOCKER_CONTENT_TRUST", "evidence": evidence} if {
	docker.given(["content_trust"])
	not enforced
	not all_on
	not every_user
}

deny contains {"whom": sprintf(" (%s)", [entry.user]), "subject": entry.user, "evidence": sprintf("%s: %s", [entry.where, entry.value])} if {
	not enforced
	some entry in input.content_trust
	entry.user != ""
	not is_on(entry.value)
}

# Nothing is set for everybody, but each user of the client has it on.
every_user if {
	count(everybody) == 0
	count(users) > 0
	every member in clients {
		member in users
	}
}

users contains entry.user if {
	some entry in input.content_trust
	entry.user != ""
	is_on(entry.value)
}

clients contains "root"

clients contains member if {
	some group in input.accounts.socket_groups
	some member in array.concat(group.members, object.get(group, "primary", []))
}

evidence := concat(", ", [sprintf("%s: %s", [entry.where, entry.value]) | some entry in input.content_trust])

seen contains {"subject": "DOCKER_CONTENT_TRUST", "evidence": evidence}
