# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Install verified packages only
# description: A package whose signature nobody checks is whatever the network delivered.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DOCKER-4.11
#   aliases: [CIS-DOCKER-4.11]
#   severity: medium
#   kinds: [image]
#   benchmark:
#     level: 2
#     mode: semi
#     numbers: {"1.8.0": "4.11", "1.7.0": "4.11", "1.6.0": "4.11", "1.3.1": "4.11", "1.2.0": "4.11"}
#   message: "The build of the image {image} does without a check: {what}"
#   remediation: Use signed repositories and check signatures; fetch, check and only then run.
#   ja:
#     title: 検証済みのパッケージだけを入れる
#     description: >-
#       署名を確かめないパッケージは、ネットワークが届けたものにすぎない。
#     message: "イメージ {image} のビルドが検証を省いている: {what}"
#     remediation: >-
#       署名されたリポジトリを使って署名を確かめる。取得し、検証してから実行する。
package seawall.docker.verified_packages

import data.seawall.image.pipe_to_shell
import data.seawall.image.unverified_download
import data.seawall.lib.docker
import data.seawall.lib.docker_image
import data.seawall.lib.image
import data.seawall.lib.package_source

outside := docker_image.outside

missing contains reason if some reason in docker_image.no_history

# What was found counts all the same.
missing contains docker.unread("package_sources") if {
	count(manual) == 0
	not docker.given(["package_sources"])
	count(docker.entries_of("package_sources")) > 0
}

missing contains {
	"msg": sprintf("package_sources: %d lines or files of package managers were left out (look at the files in the image)", [input.package_sources_dropped]),
	"ja": sprintf("package_sources: パッケージ マネージャーの設定 %d 件を調べていない（イメージ内のファイルを確認する）", [input.package_sources_dropped]),
} if {
	count(manual) == 0
	input.package_sources_dropped > 0
}

manual contains finding if some finding in docker_image.unwritten

manual contains docker_image.retold(found, found.command) if some found in unverified_download.deny

manual contains docker_image.retold(found, found.command) if some found in pipe_to_shell.deny

manual contains docker_image.finding({"what": command.text, "layer": command.layer, "evidence": command.text}) if {
	some command in image.commands
	some pattern in patterns
	regex.match(pattern, command.text)
}

patterns := [
	`(?i)\[[^\]]*\btrusted\s*=\s*yes\b`,
	`(?i)\b(repo_)?gpgcheck\s*=\s*(0|no|false)\b`,
	`(^|\s)--no-?gpg-?checks?(\s|=|$)`,
	`(?i)\bAPT::Get::AllowUnauthenticated\b\W+(1|true|yes)`,
	`(?i)\bAllow(Insecure|Weak)Repositories\b\W+(1|true|yes)`,
	`(?i)\bSigLevel\s*=\s*Never\b`,
]

# Files of package managers in the image that say the same.
manual contains docker_image.finding({"what": sprintf("%s: %s", [place(line), line.text]), "file": line.path, "evidence": line.text}) if {
	some line in package_source.unchecked
}

place(line) := sprintf("%s [%s]", [line.path, line.section]) if object.get(line, "section", "") != ""

place(line) := line.path if object.get(line, "section", "") == ""

seen contains {"subject": docker_image.name, "evidence": sprintf("%d commands, %d lines of package managers", [count(image.commands), count(object.get(input, "package_sources", []))])}
