# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Set CPU priority
# description: Without shares or a quota one container can slow down all others.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.12
#   aliases: [CIS-DOCKER-5.12]
#   severity: low
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.12", "1.7.0": "5.12", "1.6.0": "5.12", "1.3.1": "5.11", "1.2.0": "5.11"}
#   recommendations: [container-cpu-memory-limits]
#   message: "The container {container} has neither CPU shares nor a quota"
#   remediation: Set --cpus or --cpu-shares.
#   fix:
#     command: "docker update --cpus 1 {subject}"
#     risk: The program gets no more than one processor.
#   ja:
#     title: CPU の優先度を設定する
#     description: >-
#       割り当てがなければ、ひとつのコンテナーが他のすべてを遅くできる。
#     message: "コンテナー {container} に CPU の割り当ても上限もない"
#     remediation: >-
#       --cpus または --cpu-shares を設定する。
#     risk: >-
#       プログラムはプロセッサ 1 個分までしか使えなくなる。
package seawall.docker.cpu_limit

import data.seawall.lib.container

outside := container.outside

missing := container.no_values(["CpuShares", "NanoCpus", "CpuQuota"])

limited if not container.value("CpuShares", 0) in {0, 1024}

limited if container.value("NanoCpus", 0) > 0

limited if container.value("CpuQuota", 0) > 0

deny contains container.finding({"evidence": evidence}) if {
	container.known
	not limited
}

evidence := sprintf("CpuShares: %v; NanoCpus: %v; CpuQuota: %v", [
	container.value("CpuShares", 0),
	container.value("NanoCpus", 0),
	container.value("CpuQuota", 0),
])

seen contains container.seen(evidence)
