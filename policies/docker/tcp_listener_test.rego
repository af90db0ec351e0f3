# SPDX-License-Identifier: Apache-2.0
package seawall.docker_test.tcp_listener

import data.seawall.lib.docker_fixture as fx

verdict(doc) := fx.verdict("tcp_listener", doc)

file(name, exists) := [{"path": sprintf("/etc/docker/%s", [name]), "exists": exists}]

files := {"tls_ca": file("ca.pem", true), "tls_cert": file("cert.pem", true), "tls_key": file("key.pem", true)}

hosts(list) := fx.setting(fx.host, "hosts", list)

tls(doc) := object.union(fx.setting(doc, "tlsverify", true), {"files": files})

held(doc, sockets) := fx.put(doc, ["daemon", "held"], sockets)

socket(port, rest) := object.union({"protocol": "tcp6", "address": "::", "port": port}, rest)

test_every_form_of_a_tcp_host if {
	every address in ["tcp://0.0.0.0:2375", "tcp://127.0.0.1:2375", "0.0.0.0:2375", ":2375", "tcp://[::1]:2375", "tcp://10.1.2.3:2376/"] {
		verdict(hosts(["fd://", address])) == "fail"
	}
	every address in ["unix:///var/run/docker.sock", "fd://", "/run/docker.sock"] {
		verdict(hosts([address])) == "pass"
	}
}

test_client_certificates if {
	listening := hosts(["tcp://0.0.0.0:2376"])
	verdict(tls(listening)) == "pass"
	verdict(object.union(fx.setting(listening, "tls", true), {"files": files})) == "pass"
	verdict(object.union(fx.setting(fx.setting(listening, "tls", true), "tlsverify", false), {"files": files})) == "fail"
	verdict(fx.setting(listening, "tls", false)) == "fail"
	verdict(fx.put(tls(listening), ["files", "tls_ca"], file("ca.pem", false))) == "fail"
	verdict(fx.cut(tls(listening), ["files", "tls_key"])) == "error"
}

test_a_socket_unit_listens_for_the_daemon if {
	stream := {"listen": "2375", "protocol": "tcp", "address": "::", "port": 2375, "where": "/etc/systemd/system/docker.socket.d/tcp.conf:2"}
	unit := fx.put(fx.host, ["daemon", "socket_unit", "streams"], [stream])
	verdict(unit) == "fail"
	verdict(tls(unit)) == "pass"

	# Not asked for by a daemon without fd://.
	verdict(fx.setting(unit, "hosts", ["unix:///run/docker.sock"])) == "pass"
	verdict(fx.cut(fx.host, ["daemon", "socket_unit"])) == "error"
	verdict(fx.put(fx.host, ["daemon", "socket_unit"], null)) == "pass"
}

test_sockets_that_nothing_explains if {
	verdict(held(fx.host, [socket(4243, {"api": true})])) == "fail"
	verdict(held(fx.host, [socket(4243, {"api": false})])) == "pass"
	verdict(held(fx.host, [socket(4243, {})])) == "manual"
	verdict(held(fx.cut(fx.host, ["published"]), [socket(4243, {})])) == "error"
	verdict(fx.cut(fx.host, ["daemon", "held"])) == "error"

	# It answers without a certificate, whatever the configuration says.
	verdict(held(tls(hosts(["tcp://0.0.0.0:2376"])), [socket(2377, {"api": true})])) == "fail"
}

test_sockets_for_something_else if {
	swarm := fx.put(fx.host, ["engine", "info", "Swarm", "LocalNodeState"], "active")
	verdict(held(swarm, [socket(2377, {}), socket(7946, {}), {"protocol": "udp", "address": "0.0.0.0", "port": 7946}])) == "pass"
	verdict(held(fx.host, [socket(2377, {})])) == "manual"
	other := fx.put(swarm, ["swarm"], {"state_file": {"listen_addr": "0.0.0.0:4789"}})
	verdict(held(other, [socket(4789, {})])) == "pass"
	verdict(held(fx.setting(fx.host, "metrics-addr", "127.0.0.1:9323"), [socket(9323, {})])) == "pass"
	verdict(held(fx.setting(fx.host, "network-diagnostic-port", 2000), [socket(2000, {})])) == "pass"
	verdict(held(fx.put(fx.host, ["published"], [{"protocol": "tcp", "address": "0.0.0.0", "port": 8080, "owner": "web"}]), [socket(8080, {})])) == "pass"
	verdict(held(tls(hosts(["tcp://0.0.0.0:2376"])), [socket(2376, {})])) == "pass"
}

test_where_and_why if {
	some finding in data.seawall.docker.tcp_listener.deny with input as fx.setting(hosts(["tcp://0.0.0.0:2375"]), "tlsverify", false)
	finding.address == "tcp://0.0.0.0:2375"
	finding.why == "tlsverify is false"
	contains(finding.evidence, "tlsverify = false (configuration file, /etc/docker/daemon.json:2)")
}
