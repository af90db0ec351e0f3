# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "ADD fetches from an address without a checksum"
# description: >-
#   What an address gives can change or be replaced on its way. Without a checksum nobody notices,
#   and it goes into the image.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-007
#   aliases:
#     - "CIS-DOCKER-4.11"
#     - "4.11"
#     - "CIS-DI-0011"
#     - "CIS-DI-0009"
#   severity: medium
#   message: "ADD fetches {source} without a checksum"
#   remediation: >-
#     Give the checksum (ADD --checksum=sha256:... URL /path), or fetch and verify in a RUN.
#   ja:
#     title: "ADD がチェックサムなしで URL から取得している"
#     description: "URL の中身は変わることも、途中ですり替えられることもある。チェックサムがなければ誰も気付かないままイメージに入る。"
#     message: "ADD が {source} をチェックサムなしで取得している"
#     remediation: "チェックサムを付ける（ADD --checksum=sha256:... URL /path）か、RUN で取得して検証する。"
package seawall.dockerfile.add_remote

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.place(x), {"source": source}) if {
	some x in dockerfile.of("add")
	some source in array.slice(x.item.Value, 0, count(x.item.Value) - 1)
	regex.match("^(https?|ftp)://", source)
	not regex.match("\\.git(#|$)", source)
	not dockerfile.has_flag(x.item.Flags, {"--checksum"})
}

# A branch moves; a commit does not.
deny contains object.union(dockerfile.place(x), {"source": source}) if {
	some x in dockerfile.of("add")
	some source in array.slice(x.item.Value, 0, count(x.item.Value) - 1)
	regex.match("^(git@|(https?|git|ssh)://.*\\.git(#|$))", source)
	not regex.match("[#?&=]([0-9a-f]{40}|[0-9a-f]{64})", source)
	not dockerfile.has_flag(x.item.Flags, {"--checksum"})
}
