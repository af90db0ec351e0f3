# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Services listen only on allowed ports
# description: >-
#   A Service opens a workload to others. A list of ports keeps doors shut that nobody decided to
#   open.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-REC-021
#   aliases: [service-allowed-ports, 233a2a17-77ca-4fb1-9b6b-69223d272a44]
#   severity: medium
#   kinds: [container, docker]
#   recommendations: [service-allowed-ports]
#   message: "{what} publishes the port {port} of the host, which is not allowed"
#   remediation: Publish only on ports of the list, or put the port on it.
#   fix:
#     by_hand: true
#     command: "docker run --name {subject} --publish 127.0.0.1:8443:8443 IMAGE"
#     file: compose.yaml
#     text: "services:\n  SERVICE:\n    ports: [\"127.0.0.1:8443:8443\"]"
#     risk: Whoever uses another port of the host does not reach it any more.
#   ja:
#     title: サービスの待ち受けポートを許可リストに限定する
#     description: >-
#       Service はワークロードを外部に開く。ポートの許可リストは、開くと決めていない入口を閉じておく。
#     message: "{what} が許可されていないホストのポート {port} を公開している"
#     remediation: >-
#       一覧のポートだけで公開するか、ポートを一覧に加える。
#     risk: >-
#       ホストの他のポートを使う接続元は到達できなくなる。
package seawall.container.service_ports

import data.seawall.lib.container
import data.seawall.lib.docker
import data.seawall.lib.settings
import data.seawall.lib.workload

outside := workload.outside("service-allowed-ports")

outside := {"msg": "the host is no manager of a swarm", "ja": "ホストは Swarm のマネージャーでない"} if {
	not workload.outside("service-allowed-ports")
	on_host
	not docker.no_daemon
	object.get(input, ["engine", "info", "Swarm", "ControlAvailable"], false) != true
	docker.given(["engine", "info"])
}

outside := docker.no_daemon if {
	not workload.outside("service-allowed-ports")
	on_host
}

# The document of the host tells of services of the swarm, those of containers of what they publish.
on_host if input.kind == "docker"

missing contains reason if {
	not on_host
	some reason in container.no_inspect | container.no_ports
}

missing contains docker.unread("swarm.services") if {
	on_host
	not docker.given(["swarm", "services"])
}

ports contains {"what": container.name, "port": binding.text} if {
	not on_host
	some binding in container.bindings
	binding.lowest > 0
}

ports contains {"what": service.name, "port": sprintf("%d", [port.published])} if {
	on_host
	some service in input.swarm.services
	some port in service.ports
	port.published > 0
}

allowed := {sprintf("%v", [port]) | some port in settings.parameter_or("service-allowed-ports", "allowedServicePortsList", ["-1"])}

deny contains object.union({"what": p.what, "port": p.port, "subject": p.what, "evidence": p.port}, container.place) if {
	workload.judged("service-allowed-ports", ["allowedServicePortsList"])
	some p in ports
	not p.port in allowed
}

manual contains object.union({
	"msg": sprintf("Ports of the host need a decision; used now: %s", [used]),
	"ja": sprintf("ホストのポートについて判断が必要。現在の使用: %s", [used]),
	"subject": "ports",
	"evidence": used,
}, container.place) if {
	workload.undecided("service-allowed-ports", ["allowedServicePortsList"])
	count(ports) > 0
}

used := concat(", ", sort({p.port | some p in ports}))

seen contains {"subject": "ports", "evidence": used}
