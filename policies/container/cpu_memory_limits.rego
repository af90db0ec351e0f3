# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Containers carry CPU and memory limits within the ceiling
# description: >-
#   A container without limits can take the whole node from its neighbours, by a mistake, by a flood
#   of requests or by a miner.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-REC-004
#   aliases: [container-cpu-memory-limits, e345eecc-fa47-480f-9e88-67dcc122b164, CIS-DOCKER-5.11, CIS-DOCKER-5.12]
#   severity: medium
#   kinds: [container]
#   recommendations: [container-cpu-memory-limits]
#   message: "The container {container} {what}"
#   remediation: Set --memory, and --cpus or --cpu-shares.
#   fix:
#     by_hand: true
#     command: "docker update --memory 512m --memory-swap 512m --cpus 1 {subject}"
#     file: compose.yaml
#     text: "services:\n  SERVICE:\n    mem_limit: 512m\n    cpus: 1"
#     risk: >-
#       A program that needs more memory is ended, one that needs more time becomes slow. Look at
#       what it uses (docker stats) and choose.
#   ja:
#     title: コンテナーに CPU とメモリの上限を設定する
#     description: >-
#       上限の無いコンテナーは、誤動作、大量の要求、マイナーなどによってノード全体を占有できる。
#     message: "コンテナー {container} {what_ja}"
#     remediation: >-
#       --memory と、--cpus または --cpu-shares を設定する。
#     risk: >-
#       メモリが足りないプログラムは終了させられ、CPU が足りなければ遅くなる。docker stats で使用量を見て決める。
package seawall.container.cpu_memory_limits

import data.seawall.docker.memory_limit
import data.seawall.docker.cpu_limit
import data.seawall.lib.container
import data.seawall.lib.settings
import data.seawall.lib.workload

outside := workload.outside("container-cpu-memory-limits")

missing contains reason if some reason in memory_limit.missing

missing contains reason if some reason in cpu_limit.missing

deny contains container.finding({"what": "has no memory limit", "what_ja": "にメモリの上限がない", "evidence": found.evidence}) if some found in memory_limit.deny

deny contains container.finding({"what": "has neither CPU shares nor a quota", "what_ja": "に CPU の割り当ても上限もない", "evidence": found.evidence}) if some found in cpu_limit.deny

# Ceilings; "0" is none, as for pods.
ceiling(key) := limit if {
	limit := units.parse(sprintf("%v", [settings.parameter("container-cpu-memory-limits", key)]))
	limit > 0
}

deny contains container.finding({"what": "has a memory limit above the ceiling", "what_ja": "のメモリ上限が許容値を超えている", "evidence": evidence}) if {
	container.known
	container.value("Memory", 0) > ceiling("memoryLimit")
	evidence := sprintf("HostConfig.Memory: %v; memoryLimit: %v", [container.value("Memory", 0), ceiling("memoryLimit")])
}

# A quota is a part of its period of 100 ms, where nobody says another.
cpus := container.value("NanoCpus", 0) / 1000000000 if container.value("NanoCpus", 0) > 0

cpus := container.value("CpuQuota", 0) / container.value("CpuPeriod", 100000) if {
	not container.value("NanoCpus", 0) > 0
	container.value("CpuQuota", 0) > 0
}

deny contains container.finding({"what": "has a CPU limit above the ceiling", "what_ja": "の CPU 上限が許容値を超えている", "evidence": evidence}) if {
	container.known
	cpus > ceiling("cpuLimit")
	evidence := sprintf("CPUs: %v; cpuLimit: %v", [cpus, ceiling("cpuLimit")])
}

# Shares are a weight and no limit, so a ceiling is not kept by them.
deny contains container.finding({"what": "has no CPU quota below the ceiling", "what_ja": "に許容値を下回る CPU 上限がない", "evidence": evidence}) if {
	container.known
	ceiling("cpuLimit") > 0
	not cpus
	count(cpu_limit.deny) == 0
	evidence := sprintf("CpuShares: %v; cpuLimit: %v", [container.value("CpuShares", 0), ceiling("cpuLimit")])
}

seen contains item if some item in memory_limit.seen

seen contains item if some item in cpu_limit.seen
