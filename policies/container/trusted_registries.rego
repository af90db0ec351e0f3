# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Images come only from trusted registries
# description: >-
#   Who may name any registry may run any program. Images from registries that you operate or vet
#   are scanned and cannot be exchanged by strangers.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-REC-005
#   aliases: [trusted-registries-only, febd0533-8e55-448f-b837-bd0e06f16469]
#   severity: high
#   kinds: [container]
#   recommendations: [trusted-registries-only]
#   message: "The container {container} runs {image}, which is not of a trusted registry"
#   remediation: >-
#     Set the expression or the list to the registries that you operate or vet, move images there
#     and start the containers from them.
#   fix:
#     by_hand: true
#     command: "docker run --name {subject} REGISTRY/IMAGE@sha256:DIGEST"
#     file: compose.yaml
#     text: "services:\n  SERVICE:\n    image: REGISTRY/IMAGE@sha256:DIGEST"
#     risk: >-
#       The image of the other registry has to be the same, and its host must reach that
#       registry.
#   ja:
#     title: 信頼済みレジストリのイメージだけを使う
#     description: >-
#       任意のレジストリを指定できる者は任意のプログラムを実行できる。自分で運用または確認したレジストリのイメージは検査され、他人に差し替えられない。
#     message: "コンテナー {container} のイメージ {image} は信頼済みレジストリのものでない"
#     remediation: >-
#       運用または確認しているレジストリを式や一覧に設定し、イメージをそこへ移して、コンテナーを起動し直す。
#     risk: >-
#       レジストリのイメージが同じ内容であり、ホストからそのレジストリに到達できる必要がある。
package seawall.container.trusted_registries

import data.seawall.lib.container
import data.seawall.lib.docker
import data.seawall.lib.settings
import data.seawall.lib.workload

outside := workload.outside("trusted-registries-only")

missing contains docker.unread("image") if not docker.given(["image"])

keys := ["allowedContainerImagesRegex", "allowedRegistries"]

# Only the empty name fits what holds when nothing was decided.
fits if {
	not workload.is_set("trusted-registries-only", ["allowedRegistries"])
	regex.match(settings.parameter_or("trusted-registries-only", "allowedContainerImagesRegex", "^(.+){0}$"), full)
}

fits if {
	workload.is_set("trusted-registries-only", ["allowedContainerImagesRegex"])
	regex.match(settings.parameter("trusted-registries-only", "allowedContainerImagesRegex"), full)
}

fits if {
	some registry in settings.parameter("trusted-registries-only", "allowedRegistries")
	startswith(full, sprintf("%s/", [trim_suffix(registry, "/")]))
}

full := input.image if not normalized

full := complete(input.image) if normalized

normalized if settings.parameter("trusted-registries-only", "match_normalized") == true

# Short names, as the engine completes them.
complete(name) := name if name == ""

complete(name) := replace(name, "index.docker.io/", "docker.io/") if {
	contains(name, "/")
	is_host(split(name, "/")[0])
}

complete(name) := sprintf("docker.io/%s", [name]) if {
	contains(name, "/")
	not is_host(split(name, "/")[0])
}

complete(name) := sprintf("docker.io/library/%s", [name]) if {
	name != ""
	not contains(name, "/")
}

is_host(part) if contains(part, ".")

is_host(part) if contains(part, ":")

is_host(part) if part == "localhost"

deny contains container.finding({"image": input.image, "evidence": full}) if {
	workload.judged("trusted-registries-only", keys)
	not fits
}

manual contains workload.decision(input.image, input.image) if workload.undecided("trusted-registries-only", keys)

seen contains container.seen(full)
