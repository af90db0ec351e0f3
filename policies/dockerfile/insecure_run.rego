# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "A RUN asks for all rights"
# description: >-
#   RUN --security=insecure runs without confinement, with all capabilities: the step can take
#   over the machine that builds.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-048
#   aliases:
#     - "CIS-DOCKER-5.4"
#   severity: critical
#   message: "RUN --security=insecure"
#   remediation: >-
#     Take the option out; what needs such rights does not belong into a build.
#   ja:
#     title: "RUN がすべての権限を求めている"
#     description: "RUN --security=insecure は制限なしに全ケーパビリティーで動き、ビルドするマシンを乗っ取れる。"
#     message: "RUN --security=insecure を使っている"
#     remediation: "オプションを外す。そのような権限が要る処理はビルドで行うべきではない。"
package seawall.dockerfile.insecure_run

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains dockerfile.place(x) if {
	some x in dockerfile.of("run")
	"--security=insecure" in x.item.Flags
}

deny contains dockerfile.spot(r) if {
	some r in dockerfile.commands
	r.command.name in {"docker", "podman", "nerdctl"}
	"--privileged" in r.command.args
}
