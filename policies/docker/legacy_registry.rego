# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Disable the legacy v1 registry protocol
# description: >-
#   The first protocol of registries knows no digests, so nobody can tell whether an image is the
#   one that was pushed.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-W2.13-v1.1.0
#   aliases: [CIS-DOCKER-W2.13-v1.1.0]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     mode: auto
#     numbers: {"1.1.0": "2.13"}
#   message: The engine still speaks the first protocol of registries
#   remediation: Upgrade the engine to 17.12 or newer, or set disable-legacy-registry to true.
#   ja:
#     title: 旧 v1 レジストリ プロトコルを無効にする
#     description: >-
#       最初のレジストリ プロトコルにはダイジェストがなく、イメージがプッシュされたものかを確かめられない。
#     message: "エンジンが旧レジストリ プロトコルを使う"
#     remediation: >-
#       エンジンを 17.12 以降に上げるか、disable-legacy-registry を true にする。
package seawall.docker.legacy_registry

import data.seawall.lib.docker

outside := docker.no_daemon

outside := {"msg": "Engine 17.12 and newer do not have it", "ja": "17.12 以降のエンジンにはない"} if {
	not docker.no_daemon
	docker.version_at_least(docker.engine_version, "17.12")
}

missing contains docker.unread("engine.version") if not docker.version_known

missing contains reason if {
	docker.version_known
	some reason in docker.no_setting("disable-legacy-registry")
}

deny contains {"subject": "disable-legacy-registry", "evidence": evidence} if {
	docker.version_known
	docker.setting("disable-legacy-registry") != true
}

evidence := sprintf("engine %s; %s", [docker.engine_version, docker.shown("disable-legacy-registry")])

seen contains {"subject": "disable-legacy-registry", "evidence": evidence}
