# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Files with setuid, setgid or capabilities
# description: >-
#   A process that is no longer root becomes it again through such a file. Few containers need
#   one.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-IMG-004
#   aliases: [CIS-DI-0008, CIS-DOCKER-4.8, "4.8"]
#   severity: low
#   message: "{path} ({what}) lets every process gain rights"
#   remediation: >-
#     Remove the bits in the Dockerfile (chmod a-s, setcap -r), or run containers with
#     no-new-privileges.
#   ja:
#     title: setuid、setgid、ケーパビリティ付きのファイル
#     description: >-
#       root でなくなったプロセスも、このようなファイルを通じて権限を取り戻せる。必要とするコンテナーはほとんどない。
#     message: "{path}（{what}）により、どのプロセスも権限を得られる"
#     remediation: >-
#       Dockerfile でビットを外す（chmod a-s、setcap -r）か、コンテナーを no-new-privileges で動かす。
package seawall.image.setuid_files

import data.seawall.lib.image

missing contains image.files_unknown if not image.files_known

deny contains finding if {
	some file in input.files.privileged
	file.owned
	finding := {"path": file.path, "what": kind(file), "file": file.path, "layer": file.layer, "subject": file.path, "evidence": file.mode}
}

kind(file) := concat(", ", [word |
	some word in ["setuid", "setgid", "capabilities"]
	file[word]
])
