# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Containers declare only allowed ports
# description: >-
#   A list of ports shows a service that nobody meant to run, and one that moved to where nobody
#   looks.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-REC-011
#   aliases: [container-allowed-ports, 440b515e-a580-421e-abeb-b159a61ddcbc]
#   severity: medium
#   kinds: [container]
#   recommendations: [container-allowed-ports]
#   message: "The container {container} {how} the port {port}, which is not allowed"
#   remediation: Publish and expose only ports of the list, or put the port on it.
#   fix:
#     by_hand: true
#     command: "docker run --name {subject} --publish 8080:8080 IMAGE"
#     file: compose.yaml
#     text: "services:\n  SERVICE:\n    ports: [\"8080:8080\"]"
#     risk: >-
#       Whoever uses another port of the container does not reach it any more. Ports that the
#       image exposes stay declared: build it without EXPOSE.
#   ja:
#     title: コンテナーの待ち受けポートを許可リストに限定する
#     description: >-
#       ポートの一覧によって、意図しないサービスや、目の届かない場所に移ったサービスが分かる。
#     message: "コンテナー {container} が許可されていないポート {port} を{how_ja}"
#     remediation: >-
#       一覧のポートだけを公開・宣言するか、ポートを一覧に加える。
#     risk: >-
#       他のポートを使う接続元は到達できなくなる。イメージの EXPOSE は残るため、イメージ側で外す。
package seawall.container.allowed_ports

import data.seawall.lib.container
import data.seawall.lib.docker
import data.seawall.lib.settings
import data.seawall.lib.workload

outside := workload.outside("container-allowed-ports")

missing := container.no_inspect | container.no_ports | no_listening | no_exposed

# Only where the operator wants run time to count.
at_run_time if settings.parameter("container-allowed-ports", "run_time") == true

no_listening contains docker.unread("listening") if {
	at_run_time
	container.running
	not docker.given(["listening"])
}

# Of a file that leaves them open.
no_exposed contains docker.unread("inspect.Config.ExposedPorts") if {
	container.known
	some entry in input.not_read
	entry.what == "inspect.Config.ExposedPorts"
}

number_of(text) := split(text, "/")[0]

ports[number_of(text)] contains {"en": "publishes", "ja": "公開している"} if some text, _ in published

ports[number_of(text)] contains {"en": "exposes", "ja": "宣言している"} if some text, _ in exposed

ports[sprintf("%d", [socket.port])] contains {"en": "listens on", "ja": "待ち受けている"} if {
	at_run_time
	some socket in input.listening
}

published := object.get(input, ["inspect", "NetworkSettings", "Ports"], {}) if is_object(object.get(input, ["inspect", "NetworkSettings", "Ports"], {}))

exposed := object.get(input, ["inspect", "Config", "ExposedPorts"], {}) if is_object(object.get(input, ["inspect", "Config", "ExposedPorts"], {}))

# What is asked for and not up yet.
ports[number_of(text)] contains {"en": "publishes", "ja": "公開している"} if {
	not container.running
	some text, _ in container.value("PortBindings", {})
}

allowed := {sprintf("%v", [port]) | some port in settings.parameter_or("container-allowed-ports", "allowedContainerPortsList", ["-1"])}

deny contains container.finding({"port": port, "how": how.en, "how_ja": how.ja, "evidence": port}) if {
	workload.judged("container-allowed-ports", ["allowedContainerPortsList"])
	some port, ways in ports
	not port in allowed
	some how in ways
}

manual contains workload.decision(used, used) if {
	workload.undecided("container-allowed-ports", ["allowedContainerPortsList"])
	count(ports) > 0
}

used := concat(", ", sort([port | some port, _ in ports]))

seen contains container.seen(used)
