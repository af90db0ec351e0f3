# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: No docker exec as root
# description: >-
#   An exec as root leaves files and processes that the program of the container could never have
#   made.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/exec/
# custom:
#   id: SW-DOCKER-5.24
#   aliases: [CIS-DOCKER-5.24]
#   severity: low
#   kinds: [docker]
#   benchmark:
#     level: 2
#     mode: semi
#     numbers: {"1.8.0": "5.24", "1.7.0": "5.24", "1.6.0": "5.24", "1.3.1": "5.23", "1.2.0": "5.23"}
#   message: "An exec as root ran in {container} at {time}; decide whether it was right"
#   remediation: Exec with the user of the container (no --user root).
#   ja:
#     title: root での docker exec を行わない
#     description: >-
#       root での exec は、コンテナーのプログラムには作れないファイルやプロセスを残す。
#     message: "{time} に {container} で root の exec が実行された。正当かを判断する"
#     remediation: >-
#       コンテナーのユーザーで exec する（--user root を付けない）。
package seawall.docker.root_exec

import data.seawall.lib.container
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

# Who asks for nobody gets the user of the container.
user_of(record) := record.user if record.user != ""

user_of(record) := record.container_user if record.user == ""

is_known(record) if is_string(user_of(record))

manual contains {"container": container_of(record), "time": object.get(record, "time", "?"), "subject": container_of(record), "evidence": object.get(record, "source", "?")} if {
	some record in recent
	container.is_root_name(user_of(record))
}

manual contains {
	"msg": sprintf("%d exec commands of which nobody knows the user", [count(unknown)]),
	"ja": sprintf("ユーザーの分からない exec が %d 件ある", [count(unknown)]),
	"subject": "exec",
	"evidence": concat(", ", sort({record.container | some record in unknown})),
} if {
	count(unknown) > 0
}

unknown := [record |
	some record in recent
	not is_known(record)
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
