# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Run the image as its own user
# description: >-
#   What runs as root in a container is root to the kernel: one flaw more, and it is root on the
#   host.
# related_resources:
#   - https://docs.docker.com/reference/dockerfile/#user
# custom:
#   id: SW-DOCKER-4.1
#   aliases: [CIS-DOCKER-4.1]
#   severity: high
#   kinds: [container, image]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "4.1", "1.7.0": "4.1", "1.6.0": "4.1", "1.3.1": "4.1", "1.2.0": "4.1"}
#   recommendations: [no-root-user]
#   message: "{what} runs as root ({user})"
#   remediation: >-
#     Add a USER instruction with an account of its own, or --user; then no process starts as root.
#   ja:
#     title: イメージを専用ユーザーで動かす
#     description: >-
#       コンテナーの root は、カーネルから見ても root である。欠陥がもうひとつあればホストの root になる。
#     message: "{what} が root で動く（{user}）"
#     remediation: >-
#       専用アカウントの USER 命令、または --user を加え、どのプロセスも root で始まらないようにする。
package seawall.docker.own_user

import data.seawall.lib.container
import data.seawall.lib.docker
import data.seawall.lib.docker_image

outside := docker.outside

is_image if input.kind == "image"

is_euid_known if is_number(input.process.euid)

are_names_known if is_array(input.image_facts.root_names)

# ---- containers that run: what the kernel says ----
missing contains docker.unread("process") if {
	not is_image
	container.running
	not is_euid_known
}

deny contains container.finding({"what": container.name, "user": evidence, "evidence": evidence}) if {
	not is_image
	container.running
	input.process.euid == 0
	evidence := sprintf("effective uid %v", [input.process.euid])
}

seen contains container.seen(sprintf("effective uid %v", [input.process.euid])) if {
	not is_image
	container.running
}

# ---- the others, and images: what is asked for ----
missing contains docker.unread("state") if {
	not is_image
	not container.is_state_known
}

missing contains docker.unread("inspect.Config.User") if {
	not is_image
	not container.running
	not docker.told(["inspect", "Config", "User"])
}

# A name may stand for uid 0; a number needs no names.
missing contains docker.unread("image_facts.root_names") if {
	not is_image
	not container.running
	not container.offline
	not container.is_root_name(asked)
	not regex.match(`^[+-]?[0-9]+$`, part)
	not are_names_known
}

missing contains docker.unread("user") if {
	is_image
	not docker.given(["user"])
}

asked := input.user if is_image

asked := input.inspect.Config.User if {
	not is_image
	not container.running
}

part := trim_space(split(asked, ":")[0])

root_names contains account.name if {
	is_image
	some account in input.accounts.passwd
	account.uid == 0
}

root_names contains name if {
	not is_image
	some name in input.image_facts.root_names
}

as_root if {
	container.is_root_name(asked)
	not left_to_image
}

as_root if part in root_names

# A file that names no user leaves it to the image.
left_to_image if {
	container.offline
	part == ""
}

manual contains container.finding({
	"msg": sprintf("%s names no user; its image decides", [container.name]),
	"ja": sprintf("%s はユーザーを指定しておらず、イメージに従う", [container.name]),
}) if {
	not is_image
	left_to_image
}

what := docker_image.name if is_image

what := container.name if not is_image

deny contains object.union({"what": what, "user": evidence, "subject": what, "evidence": evidence}, container.place) if {
	as_root
	evidence := sprintf("user \"%s\"", [asked])
}

seen contains {"subject": what, "evidence": sprintf("user \"%s\"", [asked])}
