# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: No privileged docker exec
# description: >-
#   A privileged exec gives full rights to one process of a container that was started without them.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/exec/
# custom:
#   id: SW-DOCKER-5.23
#   aliases: [CIS-DOCKER-5.23]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 2
#     mode: semi
#     numbers: {"1.8.0": "5.23", "1.7.0": "5.23", "1.6.0": "5.23", "1.3.1": "5.22", "1.2.0": "5.22"}
#   alerts: [SW-HOST-004]
#   message: "A privileged exec ran in {container} at {time}"
#   remediation: Give the container the capability that it needs instead of --privileged in exec.
#   ja:
#     title: 特権の docker exec を行わない
#     description: >-
#       特権の exec は、権限なしで起動したコンテナーの一プロセスに全権限を与える。
#     message: "{time} に {container} で特権の exec が実行された"
#     remediation: >-
#       exec の --privileged の代わりに、コンテナーに必要なケーパビリティを与える。
package seawall.docker.privileged_exec

import data.seawall.lib.docker

outside := docker.no_engine

outside := {"msg": "there are no audit data and no events", "ja": "監査データもイベントもない"} if {
	not docker.no_engine
	is_null(input.exec)
}

missing contains docker.unread("exec") if not docker.told(["exec"])

missing contains docker.unread("exec.records") if {
	is_object(input.exec)
	not is_array(object.get(input.exec, "records", null))
}

missing contains docker.unread("collected_at") if not is_time_known

is_time_known if is_number(now)

default days := 30

days := data.settings.exec_window_days

now := data.settings.now_ns

now := time.parse_rfc3339_ns(input.collected_at) if not data.settings.now_ns

start := now - days * 86400000000000

recent := [record |
	some record in input.exec.records
	not is_old(record)
]

container_of(record) := object.get(record, "container", "?")

is_old(record) if time.parse_rfc3339_ns(record.time) < start

deny contains {"container": container_of(record), "time": object.get(record, "time", "?"), "subject": container_of(record), "evidence": object.get(record, "source", "?")} if {
	some record in recent
	record.privileged == true
}

manual contains {
	"msg": sprintf("%d exec commands of which nobody knows whether they were privileged", [count(unknown)]),
	"ja": sprintf("特権かどうか分からない exec が %d 件ある", [count(unknown)]),
	"subject": "exec",
	"evidence": concat(", ", sort({record.container | some record in unknown})),
} if {
	count(unknown) > 0
}

unknown := [record |
	some record in recent
	not is_boolean(object.get(record, "privileged", null))
]

manual contains {
	"msg": sprintf("The records only begin at %s; decide what came before", [input.exec.from]),
	"ja": sprintf("記録が %s からしかない。それ以前を判断する", [input.exec.from]),
	"subject": "exec",
	"evidence": sources,
} if {
	time.parse_rfc3339_ns(input.exec.from) > start
}

sources := concat(", ", input.exec.sources)

seen contains {"subject": "exec", "evidence": sprintf("%d records of %v days from %s", [count(recent), days, sources])}
