# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Apply a daemon-wide seccomp profile where useful
# description: >-
#   The profile takes away system calls that containers do not need and through which kernels have
#   been taken over.
# related_resources:
#   - https://docs.docker.com/engine/security/seccomp/
# custom:
#   id: SW-DOCKER-2.18
#   aliases: [CIS-DOCKER-2.18]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 2
#     mode: semi
#     numbers: {"1.8.0": "2.18", "1.7.0": "2.17", "1.6.0": "2.17", "1.3.1": "2.17", "1.2.0": "2.15"}
#   message: "Containers run without a seccomp profile by default ({profile})"
#   remediation: Remove seccomp-profile=unconfined, or name a reviewed profile file.
#   fix:
#     file: "/etc/docker/daemon.json"
#     text: "{\"seccomp-profile\": \"builtin\"}"
#     risk: >-
#       Programs that need a call outside of the profile fail. The daemon must be started again;
#       without live-restore all containers stop for that time.
#   ja:
#     title: 必要に応じてデーモン全体の seccomp プロファイルを使う
#     description: >-
#       プロファイルは、コンテナーに不要で、カーネルの乗っ取りに使われてきたシステム コールを取り除く。
#     message: "既定でコンテナーが seccomp プロファイルなしで動く（{profile}）"
#     remediation: >-
#       seccomp-profile=unconfined を消すか、確認済みのプロファイルを指定する。
#     risk: >-
#       プロファイルにない呼び出しが必要なプログラムは失敗する。デーモンの再起動が必要。live-restore がなければ、その間すべてのコンテナーが止まる。
package seawall.docker.daemon_seccomp

import data.seawall.lib.docker

outside := docker.no_daemon

missing := docker.no_info

profiles contains object.get(option, "profile", "default") if {
	some option in docker.security_options
	option.name == "seccomp"
}

deny contains {"profile": "no seccomp", "subject": "seccomp", "evidence": evidence} if count(profiles) == 0

deny contains {"profile": profile, "subject": "seccomp", "evidence": evidence} if {
	some profile in profiles
	profile == "unconfined"
}

evidence := concat("; ", array.concat(
	[sprintf("SecurityOptions: %s", [docker.options_shown])],
	[docker.shown("seccomp-profile") | docker.setting_known("seccomp-profile")],
))

seen contains {"subject": "seccomp", "evidence": evidence}
