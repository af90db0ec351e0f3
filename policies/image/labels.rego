# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: The image does not say where it comes from
# description: >-
#   Without these labels nobody can tell, years later or in an incident, which source and which
#   version an image was built from.
# related_resources:
#   - https://github.com/opencontainers/image-spec/blob/main/annotations.md
# custom:
#   id: SW-IMG-022
#   aliases: [DL3048, DL3049]
#   severity: negligible
#   message: "These labels are missing: {names}"
#   remediation: >-
#     Set them when building: LABEL org.opencontainers.image.source=... (docker/metadata-action,
#     buildah and ko do it for you).
#   ja:
#     title: イメージの出所が分からない
#     description: >-
#       これらのラベルがないと、後日や事故のときに、どのソースのどの版から作られたイメージか分からない。
#     message: "ラベル {names} がない"
#     remediation: >-
#       ビルド時に LABEL org.opencontainers.image.source=... などを設定する（docker/metadata-action、buildah、ko は自動で付ける）。
package seawall.image.labels

missing contains "the configuration of the image is not known" if not known

known if input.config_known

wanted := {
	"org.opencontainers.image.source": {"org.opencontainers.image.url", "org.label-schema.vcs-url"},
	"org.opencontainers.image.version": {"version", "org.label-schema.version"},
	"org.opencontainers.image.revision": {"vcs-ref", "org.label-schema.vcs-ref"},
}

there contains label.name if {
	some label in input.labels
	label.length > 0
}

deny contains {"names": names, "subject": "LABEL"} if {
	known
	names := sort([name | some name, others in wanted; not name in there; count(others & there) == 0])
	count(names) > 0
}
