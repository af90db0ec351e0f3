# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Harden the host operating system
# description: >-
#   All containers share the kernel of the host. A host with weak settings makes strong containers
#   useless.
# related_resources:
#   - https://www.cisecurity.org/cis-benchmarks
# custom:
#   id: SW-DOCKER-1.2.1
#   aliases: [CIS-DOCKER-1.2.1]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: manual
#     numbers: {"1.8.0": "1.2.1", "1.7.0": "1.2.1", "1.6.0": "1.2.1", "1.3.1": "1.2.1", "1.2.0": "1.1.1"}
#   message: No record says that a security baseline was applied to the host within the last 365 days
#   remediation: >-
#     Apply the security baseline of the distribution and record it: attestations with control SW-DOCKER-1.2.1,
#     date, by and note.
#   ja:
#     title: ホスト OS を堅牢化する
#     description: >-
#       すべてのコンテナーはホストのカーネルを共有する。ホストの設定が弱ければ、コンテナーを固めても意味がない。
#     message: "直近 365 日以内にホストへセキュリティ基準を適用した記録がない"
#     remediation: >-
#       ディストリビューションのセキュリティ基準を適用し、記録する（attestations に control: SW-DOCKER-1.2.1、date、by、note）。
package seawall.docker.host_hardening

import data.seawall.lib.docker

outside := docker.no_engine

missing contains docker.unread("host") if not docker.given(["host"])

said := docker.attested("SW-DOCKER-1.2.1")

manual contains {"subject": "host", "evidence": evidence} if not recent

recent if said.days <= 365

evidence := sprintf("%s, by %s: %s", [said.date, said.by, said.note])

evidence := sprintf("%s, kernel %s, no attestation", [object.get(input, ["host", "os", "pretty_name"], "?"), object.get(input, ["host", "kernel"], "?")]) if not said

seen contains {"subject": "host", "evidence": evidence}
