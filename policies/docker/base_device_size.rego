# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Leave the base device size alone
# description: >-
#   A larger base device lets each container fill more of the pool, until the host has no room for
#   any of them.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-2.12
#   aliases: [CIS-DOCKER-2.12]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 2
#     mode: auto
#     numbers: {"1.8.0": "2.12", "1.7.0": "2.11", "1.6.0": "2.11", "1.3.1": "2.11", "1.2.0": "2.10"}
#   message: "The size of the base device is changed: {option}"
#   remediation: Remove dm.basesize from storage-opts.
#   ja:
#     title: ベース デバイスのサイズを変えない
#     description: >-
#       ベース デバイスを大きくすると、各コンテナーがプールを多く使え、ホストの空きがなくなるまで続く。
#     message: "ベース デバイスのサイズが変えられている: {option}"
#     remediation: >-
#       storage-opts から dm.basesize を消す。
package seawall.docker.base_device_size

import data.seawall.lib.docker

outside := docker.no_daemon

missing := docker.no_setting("storage-opts")

deny contains {"option": option, "subject": "storage-opts", "evidence": docker.shown("storage-opts")} if {
	some option in docker.setting("storage-opts")
	startswith(trim_space(option), "dm.basesize")
}

seen contains {"subject": "storage-opts", "evidence": docker.shown("storage-opts")}
