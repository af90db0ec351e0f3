# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Store no secrets in Dockerfiles
# description: >-
#   What is in the history or the configuration of an image can be read by everybody who may pull
#   it, also after it was removed in a later step.
# related_resources:
#   - https://docs.docker.com/build/building/secrets/
# custom:
#   id: SW-DOCKER-4.10
#   aliases: [CIS-DOCKER-4.10]
#   severity: high
#   kinds: [image]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "4.10", "1.7.0": "4.10", "1.6.0": "4.10", "1.3.1": "4.10", "1.2.0": "4.10"}
#   message: "The image {image} holds what looks like a secret: {what}"
#   remediation: Use secrets of the build or mounts at run time, and change what has leaked.
#   ja:
#     title: Dockerfile に秘密を書かない
#     description: >-
#       イメージの履歴や設定にあるものは、後のステップで消しても、取得できる者すべてが読める。
#     message: "イメージ {image} に秘密らしきものがある: {what}"
#     remediation: >-
#       ビルド シークレットや実行時のマウントを使い、漏れたものは変更する。
package seawall.docker.no_secrets

import data.seawall.image.build_secrets
import data.seawall.image.env_secrets
import data.seawall.lib.docker
import data.seawall.lib.docker_image

outside := docker_image.outside

missing contains docker.unread("secrets") if not docker.given(["secrets", "found"])

missing contains reason if some reason in env_secrets.missing

missing contains reason if some reason in build_secrets.missing

deny contains docker_image.retold(found, sprintf("%s (%s)", [found.where, found.what])) if some found in build_secrets.deny

deny contains docker_image.retold(found, sprintf("ENV %s", [found.name])) if some found in env_secrets.deny

seen contains {"subject": docker_image.name, "evidence": sprintf("%d secrets found", [count(input.secrets.found)])}
