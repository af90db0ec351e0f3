# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Use COPY rather than ADD
# description: >-
#   ADD fetches addresses and unpacks archives without being told to, and nobody checks what comes.
# related_resources:
#   - https://docs.docker.com/reference/dockerfile/#add
# custom:
#   id: SW-DOCKER-4.9
#   aliases: [CIS-DOCKER-4.9]
#   severity: low
#   kinds: [image]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "4.9", "1.7.0": "4.9", "1.6.0": "4.9", "1.3.1": "4.9", "1.2.0": "4.9"}
#   message: "The image {image} was built with ADD: {what}"
#   remediation: Replace ADD by COPY unless a remote source or the unpacking of an archive is wanted.
#   ja:
#     title: ADD でなく COPY を使う
#     description: >-
#       ADD は、指示がなくてもアドレスから取得し、アーカイブを展開する。来たものは誰も確かめない。
#     message: "イメージ {image} は ADD で作られている: {what}"
#     remediation: >-
#       遠隔の取得やアーカイブの展開が目的でなければ、ADD を COPY に替える。
package seawall.docker.copy_not_add

import data.seawall.lib.docker_image
import data.seawall.lib.image

outside := docker_image.outside

missing := docker_image.no_history

manual contains finding if some finding in docker_image.unwritten

manual contains docker_image.finding({"what": step.text, "layer": step.layer, "evidence": step.text}) if {
	some step in image.steps
	not step.run
	regex.match(`(?i)^ADD\s`, step.text)
	not is_root_system(step)
}

# The layer that a base image begins with.
is_root_system(step) if {
	step.step == first
	regex.match(`\s(in\s+)?/\s*$`, step.text)
}

first := min({entry.step |
	some entry in input.history
	not entry.empty
})

seen contains {"subject": docker_image.name, "evidence": sprintf("%d steps", [count(image.steps)])}
