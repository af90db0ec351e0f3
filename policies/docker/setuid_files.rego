# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Remove setuid and setgid bits
# description: >-
#   A process that is no longer root becomes it again through such a file. Few containers need one.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DOCKER-4.8
#   aliases: [CIS-DOCKER-4.8]
#   severity: low
#   kinds: [image]
#   benchmark:
#     level: 2
#     mode: semi
#     numbers: {"1.8.0": "4.8", "1.7.0": "4.8", "1.6.0": "4.8", "1.3.1": "4.8", "1.2.0": "4.8"}
#   message: "The image {image} holds {path} with {mode}"
#   remediation: Take the bits away in the build (chmod a-s), or allow the file (setuid_files).
#   ja:
#     title: setuid と setgid のビットを外す
#     description: >-
#       root でなくなったプロセスも、このようなファイルを通じて権限を取り戻せる。必要とするコンテナーはほとんどない。
#     message: "イメージ {image} に {path}（{mode}）がある"
#     remediation: >-
#       ビルドでビットを外す（chmod a-s）か、ファイルを許可する（setuid_files）。
package seawall.docker.setuid_files

import data.seawall.lib.docker_image

outside := docker_image.outside

missing := docker_image.no_files

special contains file if {
	some file in input.files.privileged
	file.setuid
}

special contains file if {
	some file in input.files.privileged
	file.setgid
}

allowed := {trim_left(path, "/") | some path in data.settings.setuid_files}

deny contains docker_image.finding({"path": sprintf("/%s", [file.path]), "mode": mode, "file": file.path, "layer": object.get(file, "layer", -1), "evidence": mode}) if {
	some file in special
	not trim_left(file.path, "/") in allowed
	mode := object.get(file, "mode", "?")
}

seen contains {"subject": docker_image.name, "evidence": sprintf("%d files", [count(special)])}
