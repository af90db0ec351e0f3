# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Limit memory
# description: >-
#   Without a limit one container can take all memory, and the kernel ends processes of others.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.11
#   aliases: [CIS-DOCKER-5.11]
#   severity: medium
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.11", "1.7.0": "5.11", "1.6.0": "5.11", "1.3.1": "5.10", "1.2.0": "5.10"}
#   recommendations: [container-cpu-memory-limits]
#   message: "The container {container} has no memory limit"
#   remediation: Set --memory (docker update --memory for a running one).
#   fix:
#     command: "docker update --memory 512m --memory-swap 512m {subject}"
#     risk: A program that needs more memory is ended.
#   ja:
#     title: メモリを制限する
#     description: >-
#       上限がなければ、ひとつのコンテナーが全メモリを使い、カーネルが他のプロセスを終了させる。
#     message: "コンテナー {container} にメモリの上限がない"
#     remediation: >-
#       --memory を設定する（実行中なら docker update --memory）。
#     risk: >-
#       それ以上のメモリが必要なプログラムは終了させられる。
package seawall.docker.memory_limit

import data.seawall.lib.container

outside := container.outside

missing := container.no_values(["Memory"])

deny contains container.finding({"evidence": evidence}) if {
	container.known
	container.value("Memory", 0) <= 0
}

evidence := sprintf("HostConfig.Memory: %v", [container.value("Memory", 0)])

seen contains container.seen(evidence)
