# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Add HEALTHCHECK to images
# description: >-
#   Without a health check nobody notices a program that hangs, and no orchestrator replaces it.
# related_resources:
#   - https://docs.docker.com/reference/dockerfile/#healthcheck
# custom:
#   id: SW-DOCKER-4.6
#   aliases: [CIS-DOCKER-4.6]
#   severity: low
#   kinds: [image]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "4.6", "1.7.0": "4.6", "1.6.0": "4.6", "1.3.1": "4.6", "1.2.0": "4.6"}
#   message: "The image {image} has no health check"
#   remediation: Add a HEALTHCHECK instruction.
#   ja:
#     title: イメージに HEALTHCHECK を加える
#     description: >-
#       ヘルスチェックがなければ、止まったプログラムに誰も気付かず、置き換えられることもない。
#     message: "イメージ {image} にヘルスチェックがない"
#     remediation: >-
#       HEALTHCHECK 命令を加える。
package seawall.docker.image_healthcheck

import data.seawall.image.healthcheck
import data.seawall.lib.docker_image

outside := docker_image.outside

missing := docker_image.no_config

deny contains docker_image.finding({"evidence": evidence}) if count(healthcheck.deny) > 0

evidence := sprintf("Healthcheck: %s", [json.marshal(object.get(input, "healthcheck", null))])

seen contains {"subject": docker_image.name, "evidence": evidence}
