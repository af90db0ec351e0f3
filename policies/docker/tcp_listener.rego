# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Require mutual TLS on TCP listeners
# description: >-
#   Whoever may talk to the API is root on the host. On TCP only a client certificate tells who is
#   talking; on loopback every local process and every browser page can try.
# related_resources:
#   - https://docs.docker.com/engine/security/protect-access/
# custom:
#   id: SW-DOCKER-2.8
#   aliases: [CIS-DOCKER-2.8]
#   severity: critical
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "2.8", "1.7.0": "2.7", "1.6.0": "2.7", "1.3.1": "2.7", "1.2.0": "2.6"}
#   alerts: [SW-HOST-003]
#   message: "The API listens on {address} without asking for client certificates: {why}"
#   remediation: >-
#     Remove the tcp:// host, or issue CA, server and client certificates and start the daemon with
#     tlsverify, tlscacert, tlscert and tlskey.
#   fix:
#     by_hand: true
#     file: "/etc/docker/daemon.json"
#     text: "{\"tlsverify\": true, \"tlscacert\": \"/etc/docker/ca.pem\", \"tlscert\": \"/etc/docker/server-cert.pem\", \"tlskey\": \"/etc/docker/server-key.pem\"}"
#     risk: >-
#       Clients without a certificate are refused, and the daemon does not start while the files are
#       not there. The daemon must be started again; without live-restore all containers stop for
#       that time.
#   ja:
#     title: TCP の待ち受けに相互 TLS を必須とする
#     description: >-
#       API と話せる者はホストの root と同じである。TCP で相手を確かめられるのはクライアント証明書だけで、ループバックでもローカルの全プロセスやブラウザーのページが試せる。
#     message: "API がクライアント証明書を求めずに {address} で待ち受けている: {reason_ja}"
#     remediation: >-
#       tcp:// のホストを消すか、CA・サーバー・クライアントの証明書を発行し、tlsverify、tlscacert、tlscert、tlskey を付けてデーモンを起動する。
#     risk: >-
#       証明書のないクライアントは拒否され、ファイルがない間デーモンは起動しない。デーモンの再起動が必要。live-restore がなければ、その間すべてのコンテナーが止まる。
package seawall.docker.tcp_listener

import data.seawall.lib.docker

outside := docker.no_daemon

missing contains reason if {
	count(deny) == 0
	some reason in docker.no_setting("hosts")
}

missing contains reason if {
	count(deny) == 0
	count(declared) > 0
	some key in ["tlsverify", "tls"]
	some reason in docker.no_setting(key)
}

missing contains docker.unread("daemon.held") if {
	count(deny) == 0
	not docker.given(["daemon", "held"])
}

missing contains docker.unread("daemon.socket_unit") if {
	count(deny) == 0
	by_systemd
	not unit_known
}

missing contains docker.unread("published") if {
	count(deny) == 0
	count(unexplained) > 0
	not docker.given(["published"])
}

missing contains docker.unread(sprintf("files.%s", [role])) if {
	count(deny) == 0
	count(declared) > 0
	verified
	some role in {"tls_ca", "tls_cert", "tls_key"}
	not docker.given(["files", role])
}

unit_known if is_null(input.daemon.socket_unit)

unit_known if is_object(input.daemon.socket_unit)

hosts := docker.setting("hosts")

by_systemd if {
	some host in hosts
	startswith(host, "fd://")
}

# Listeners that somebody configured, with their ports (-1: none is written).
declared[address] := port_of(address) if {
	some address in hosts
	is_tcp(address)
}

declared[stream.listen] := stream.port if {
	by_systemd
	some stream in input.daemon.socket_unit.streams
	stream.protocol == "tcp"
}

is_tcp(address) if startswith(address, "tcp://")

is_tcp(address) if {
	not contains(address, "://")
	not startswith(address, "/")
}

default port_of(_) := -1

port_of(address) := to_number(regex.find_n(`[0-9]+$`, regex.replace(address, `/+$`, ""), 1)[0]) if {
	regex.match(`:[0-9]+/*$`, address)
}

# tlsverify, given either way, turns TLS on; without it, tls stands for both.
verified if docker.setting("tlsverify") == true

verified if {
	is_null(docker.setting("tlsverify"))
	docker.setting("tls") == true
}

no_tls := {"en": "TLS is off", "ja": "TLS が無効"} if {
	is_null(docker.setting("tlsverify"))
	not verified
}

no_tls := {"en": "tlsverify is false", "ja": "tlsverify が false"} if docker.setting("tlsverify") == false

lacking contains file.path if {
	some role in {"tls_ca", "tls_cert", "tls_key"}
	some file in input.files[role]
	not file.exists
}

# Sockets of the daemon that are for something else.
other_ports contains 2377 if docker.swarm_state in {"active", "pending", "locked", "error"}

other_ports contains 7946 if docker.swarm_state in {"active", "pending", "locked", "error"}

other_ports contains port_of(input.swarm.state_file.listen_addr)

other_ports contains port_of(sprintf(":%v", [docker.setting("metrics-addr")])) if {
	not contains(docker.setting("metrics-addr"), ":")
}

other_ports contains port_of(docker.setting("metrics-addr"))

other_ports contains docker.setting("network-diagnostic-port")

other_ports contains p.port if {
	some p in input.published
	p.protocol == "tcp"
}

other_ports contains port if some port in declared

# What the engine takes where no port is written.
other_ports contains port if {
	some given in declared
	given == -1
	some port in {2375, 2376}
}

unexplained contains sprintf("%s:%d", [socket.address, socket.port]) if {
	some socket in input.daemon.held
	startswith(socket.protocol, "tcp")
	not socket.port in other_ports
	socket.api
}

unexplained contains sprintf("%s:%d", [socket.address, socket.port]) if {
	some socket in unasked
}

asked(socket) if is_boolean(socket.api)

unasked contains socket if {
	some socket in input.daemon.held
	startswith(socket.protocol, "tcp")
	not socket.port in other_ports
	not asked(socket)
}

deny contains {"address": address, "why": no_tls.en, "reason_ja": no_tls.ja, "subject": address, "evidence": evidence} if {
	some address, _ in declared
}

deny contains {"address": address, "why": sprintf("%s is not there", [path]), "reason_ja": sprintf("%s がない", [path]), "subject": address, "evidence": evidence} if {
	some address, _ in declared
	verified
	some path in lacking
}

deny contains {"address": address, "why": "it answers without one", "reason_ja": "証明書なしで応答する", "subject": address, "evidence": "GET /_ping was answered with Api-Version"} if {
	some socket in input.daemon.held
	startswith(socket.protocol, "tcp")
	not socket.port in other_ports
	socket.api == true
	address := sprintf("%s:%d", [socket.address, socket.port])
}

manual contains {
	"msg": sprintf("The daemon holds the TCP socket %s:%d, which nothing explains and which could not be asked", [socket.address, socket.port]),
	"ja": sprintf("デーモンが TCP ソケット %s:%d を開いているが、理由が分からず、問い合わせもできなかった", [socket.address, socket.port]),
	"subject": sprintf("%s:%d", [socket.address, socket.port]),
} if {
	is_array(input.published)
	some socket in unasked
}

evidence := concat("; ", [docker.shown(key) | some key in ["tlsverify", "tls"]])

seen contains {"msg": "the API does not listen on TCP", "ja": "API は TCP で待ち受けていない", "subject": "hosts"} if {
	count(declared) == 0
	count(unexplained) == 0
}

seen contains {"subject": address, "evidence": evidence} if some address, _ in declared
