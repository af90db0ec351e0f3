# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Limit the number of processes
# description: Without a limit one container can start processes until the host cannot start any.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.29
#   aliases: [CIS-DOCKER-5.29]
#   severity: medium
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.29", "1.7.0": "5.29", "1.6.0": "5.29", "1.3.1": "5.28", "1.2.0": "5.28"}
#   message: "The container {container} may start any number of processes"
#   remediation: Set --pids-limit.
#   fix:
#     command: "docker update --pids-limit 100 {subject}"
#     risk: A program that needs more processes or threads fails.
#   ja:
#     title: プロセス数を制限する
#     description: >-
#       上限がなければ、ひとつのコンテナーがホストの限界までプロセスを起動できる。
#     message: "コンテナー {container} が無制限にプロセスを起動できる"
#     remediation: >-
#       --pids-limit を設定する。
#     risk: >-
#       それ以上のプロセスやスレッドが必要なプログラムは失敗する。
package seawall.docker.pids_limit

import data.seawall.lib.container

outside := container.outside

missing := container.no_values(["PidsLimit"])

deny contains container.finding({"evidence": evidence}) if {
	container.known
	container.value("PidsLimit", 0) <= 0
}

evidence := sprintf("HostConfig.PidsLimit: %v", [container.value("PidsLimit", 0)])

seen contains container.seen(evidence)
