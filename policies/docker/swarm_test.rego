# SPDX-License-Identifier: Apache-2.0
package seawall.docker_test.swarm

import data.seawall.lib.docker_fixture as fx

rows := {"autolock", "node_certificates", "overlay_encryption", "root_ca", "swarm_interface", "swarm_managers", "swarm_secrets", "traffic_separation", "unlock_key"}

day := 86400000000000

manager := object.union(fx.host, {
	"engine": {
		"info": {"Swarm": {"LocalNodeState": "active", "ControlAvailable": true, "Managers": 3, "NodeAddr": "10.0.0.1"}},
		"swarm": {"Spec": {"EncryptionConfig": {"AutoLockManagers": true}, "CAConfig": {"NodeCertExpiry": 90 * day}}, "RootRotationInProgress": false},
	},
	"swarm": {
		"root_ca_not_before": "2026-06-01T00:00:00Z",
		"root_ca_source": "TLSInfo.TrustRoot",
		"state_file": {"advertise_addr": "10.0.0.1:2377", "data_path_addr": "10.1.0.1", "listen_addr": "10.0.0.1:2377"},
		"secrets": 1,
		"services": [{"id": "s", "name": "web", "ports": [], "suspicious_env": []}],
	},
	"daemon": {"held": [{"protocol": "tcp", "address": "10.0.0.1", "port": 2377}, {"protocol": "tcp", "address": "10.0.0.1", "port": 7946}, {"protocol": "udp", "address": "10.0.0.1", "port": 7946}]},
	"networks": [{"id": "i", "name": "ingress", "driver": "overlay", "ingress": true, "options": {"encrypted": ""}}, {"id": "o", "name": "back", "driver": "overlay", "ingress": false, "options": {"encrypted": "true"}}],
})

policy := {"now_ns": 1794787200000000000, "attestations": [{"control": "SW-DOCKER-7.6", "date": "2026-11-01", "by": "ops"}]}

v(name, doc) := verdict if verdict := fx.verdict(name, doc) with data.settings as policy

test_a_good_swarm_passes if {
	every name in rows {
		v(name, manager) == "pass"
	}
}

test_without_a_swarm_nothing_applies if {
	every name in rows {
		v(name, fx.host) == "not_applicable"
		v(name, fx.empty) == "not_applicable"
		v(name, fx.stopped) == "not_applicable"
		v(name, fx.managed) == "not_applicable"
	}
}

test_a_worker_knows_only_its_sockets if {
	worker := fx.put(manager, ["engine", "info", "Swarm", "ControlAvailable"], false)
	every name in rows - {"swarm_interface"} {
		v(name, worker) == "not_applicable"
	}
	v("swarm_interface", worker) == "pass"
}

test_no_facts_are_no_pass if {
	every name in rows {
		v(name, {}) == "error"
	}
	every about in [["autolock", ["engine", "swarm"]], ["node_certificates", ["engine", "swarm"]], ["overlay_encryption", ["networks"]], ["root_ca", ["swarm", "root_ca_not_before"]], ["swarm_interface", ["daemon", "held"]], ["swarm_secrets", ["swarm", "secrets"]], ["swarm_secrets", ["swarm", "services"]]] {
		v(about[0], fx.cut(manager, about[1])) == "error"
	}
}

managers(n) := v("swarm_managers", fx.put(manager, ["engine", "info", "Swarm", "Managers"], n))

test_managers if {
	every n in [1, 3, 5, 7] {
		managers(n) == "pass"
	}
	every n in [2, 4, 8, 9] {
		managers(n) == "fail"
	}
	fx.verdict("swarm_managers", manager) == "fail" with data.settings as {"swarm_managers": 5}
	fx.verdict("swarm_managers", manager) == "pass" with data.settings as {"swarm_managers": 3}
}

socket(protocol, address, port) := v("swarm_interface", fx.put(manager, ["daemon", "held", "-"], {"protocol": protocol, "address": address, "port": port}))

test_interfaces if {
	socket("tcp", "0.0.0.0", 2377) == "fail"
	socket("tcp6", "::", 2377) == "fail"
	socket("tcp6", "::", 7946) == "fail"
	socket("udp6", "::", 7946) == "fail"
	socket("udp", "0.0.0.0", 7946) == "fail"
	socket("udp", "0.0.0.0", 2377) == "pass"
	socket("tcp", "0.0.0.0", 8080) == "pass"
	other := fx.put(manager, ["swarm", "state_file", "listen_addr"], "0.0.0.0:4000")
	v("swarm_interface", fx.put(other, ["daemon", "held", "-"], {"protocol": "tcp6", "address": "::", "port": 4000})) == "fail"
	v("swarm_interface", fx.put(other, ["daemon", "held", "-"], {"protocol": "tcp6", "address": "::", "port": 2377})) == "pass"
	worker := fx.put(manager, ["engine", "info", "Swarm", "ControlAvailable"], false)
	v("swarm_interface", fx.put(worker, ["daemon", "held", "-"], {"protocol": "tcp6", "address": "::", "port": 2377})) == "pass"
	v("swarm_interface", fx.put(worker, ["daemon", "held", "-"], {"protocol": "tcp6", "address": "::", "port": 7946})) == "fail"
}

test_overlays if {
	v("overlay_encryption", fx.put(manager, ["networks", 1, "options"], {})) == "fail"
	v("overlay_encryption", fx.put(manager, ["networks", 0, "options"], {})) == "fail"
	v("overlay_encryption", fx.put(fx.put(manager, ["networks", 1, "options"], {}), ["networks", 1, "driver"], "bridge")) == "pass"
	some finding in data.seawall.docker.overlay_encryption.deny with input as fx.put(manager, ["networks", 0, "options"], {})
	finding.msg == "The ingress network ingress is not encrypted"
}

test_secrets if {
	v("swarm_secrets", fx.put(manager, ["swarm", "secrets"], 0)) == "manual"
	v("swarm_secrets", fx.put(manager, ["swarm", "services", 0, "suspicious_env"], ["DB_PASSWORD"])) == "manual"
}

test_autolock if {
	v("autolock", fx.put(manager, ["engine", "swarm", "Spec", "EncryptionConfig", "AutoLockManagers"], false)) == "fail"
	v("autolock", fx.put(manager, ["engine", "swarm", "Spec", "EncryptionConfig"], {})) == "fail"
}

test_rotation if {
	fx.verdict("unlock_key", manager) == "manual"
	fx.verdict("unlock_key", manager) == "manual" with data.settings as object.union(policy, {"unlock_key_days": 5})
	v("node_certificates", fx.put(manager, ["engine", "swarm", "Spec", "CAConfig", "NodeCertExpiry"], 91 * day)) == "manual"
	fx.verdict("node_certificates", manager) == "manual" with data.settings as {"node_cert_days": 2}
	v("root_ca", fx.put(manager, ["swarm", "root_ca_not_before"], "2025-06-01T00:00:00Z")) == "manual"
	fx.verdict("root_ca", manager) == "manual" with data.settings as object.union(policy, {"root_ca_days": 30})
}

test_traffic if {
	v("traffic_separation", fx.put(manager, ["swarm", "state_file", "data_path_addr"], "")) == "manual"
	v("traffic_separation", fx.put(manager, ["swarm", "state_file", "data_path_addr"], "10.0.0.1")) == "manual"
	v("traffic_separation", fx.put(manager, ["swarm", "state_file"], null)) == "manual"
	v("traffic_separation", fx.cut(manager, ["swarm", "state_file"])) == "manual"
	six := fx.put(fx.put(manager, ["swarm", "state_file", "advertise_addr"], "[fd00::1]:2377"), ["swarm", "state_file", "data_path_addr"], "fd00::1")
	v("traffic_separation", six) == "manual"
}
