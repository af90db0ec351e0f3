# SPDX-License-Identifier: Apache-2.0
# What controls of Docker hosts ask of the facts of an image of the engine (doc/facts-docker.md).
package seawall.lib.docker_image

import data.seawall.lib.docker
import data.seawall.lib.image

outside := docker.outside

# How people call it.
name := input.engine.repo_tags[0] else := input.engine.id else := input.target else := "?"

finding(rest) := object.union({"image": name, "subject": name}, rest)

# A finding of another check of images, under the message of this one.
retold(found, text) := object.union(finding({"what": text}), {key: value |
	some key in ["layer", "evidence", "file"]
	value := found[key]
})

config_known if input.config_known == true

no_config contains docker.unread("config_known") if not config_known

# Without a history a person decides, unless the facts do not even say so.
no_history contains docker.unread("history") if not docker.told(["history_known"])

unwritten contains finding({
	"msg": sprintf("The image %s has no build history; look at how it is built", [name]),
	"ja": sprintf("イメージ %s にビルド履歴がない。作り方を確認する", [name]),
}) if {
	docker.told(["history_known"])
	not image.history_known
}

no_files contains image.files_unknown if not image.files_known

no_files contains docker.unread("files.privileged") if not docker.given(["files", "privileged"])

systems := {"alpm", "apk", "deb", "opkg", "rpm"}

# Names of packages of the system.
packages := {parts[1] |
	some text in input.packages.names
	parts := split(text, "/")
	parts[0] in systems
}
