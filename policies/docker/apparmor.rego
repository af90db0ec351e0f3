# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Use an AppArmor profile
# description: >-
#   The profile keeps even root of a container from files and mounts of the host that no container
#   needs.
# related_resources:
#   - https://docs.docker.com/engine/security/apparmor/
# custom:
#   id: SW-DOCKER-5.2
#   aliases: [CIS-DOCKER-5.2]
#   severity: medium
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.2", "1.7.0": "5.2", "1.6.0": "5.2", "1.3.1": "5.1", "1.2.0": "5.1"}
#   recommendations: [apparmor-profile-restricted]
#   message: "The container {container} runs without an AppArmor profile ({profile})"
#   remediation: >-
#     Leave docker-default on, or name a profile with --security-opt apparmor=NAME. Remove
#     --privileged.
#   ja:
#     title: AppArmor プロファイルを使う
#     description: >-
#       プロファイルは、コンテナーの root であっても、不要なホストのファイルやマウントに触れさせない。
#     message: "コンテナー {container} が AppArmor プロファイルなしで動く（{profile}）"
#     remediation: >-
#       docker-default のままにするか、--security-opt apparmor=NAME で指定する。--privileged は外す。
package seawall.docker.apparmor

import data.seawall.lib.container
import data.seawall.lib.docker

outside := container.outside

outside := {"msg": "the kernel has no AppArmor", "ja": "カーネルに AppArmor がない"} if {
	not container.outside
	docker.given(["host", source])
	not on_host
}

# Without an engine the kernel is asked itself.
by_runtime if input.origin == "runtime"

source := "apparmor" if by_runtime

source := "security_options" if not by_runtime

on_host if {
	by_runtime
	input.host.apparmor == true
}

on_host if {
	not by_runtime
	some option in input.host.security_options
	split(option, ",")[0] == "name=apparmor"
}

missing := container.no_values(["SecurityOpt", "Privileged"]) | container.no_host(source) | not_started

not_started contains docker.unread("started") if {
	container.known
	not docker.given(["started"])
	not container.offline
}

reported := input.inspect.AppArmorProfile if is_string(input.inspect.AppArmorProfile) else := ""

# Before its first start it has none yet: what it will get is in its options.
profile := reported if reported != ""

profile := asked[count(asked) - 1] if {
	reported == ""
	not has_run
	count(asked) > 0
}

profile := "unconfined" if {
	reported == ""
	not has_run
	count(asked) == 0
	container.value("Privileged", false)
}

profile := "docker-default" if {
	reported == ""
	not has_run
	count(asked) == 0
	not container.value("Privileged", false)
}

profile := "" if {
	reported == ""
	has_run
}

asked := container.values_of("apparmor")

has_run if input.started == true

deny contains container.finding({"profile": shown, "evidence": shown}) if {
	container.known
	profile in {"", "unconfined"}
}

shown := profile if profile != ""

shown := "none" if profile == ""

seen contains container.seen(shown)
