# SPDX-License-Identifier: Apache-2.0
package seawall.docker_test.files

import data.seawall.lib.docker_fixture as fx

owners := {
	"owner_service_unit": "docker_service_unit",
	"owner_socket_unit": "docker_socket_unit",
	"owner_config_dir": "config_dir",
	"owner_registry_certs": "registry_certs",
	"owner_api_socket": "api_socket",
	"owner_daemon_json": "daemon_json",
	"owner_default_docker": "default_docker",
	"owner_sysconfig_docker": "sysconfig_docker",
	"owner_containerd_socket": "containerd_socket",
}

# Role, and the mode that may be had.
modes := {
	"mode_service_unit": ["docker_service_unit", 420],
	"mode_socket_unit": ["docker_socket_unit", 420],
	"mode_config_dir": ["config_dir", 493],
	"mode_registry_certs": ["registry_certs", 292],
	"mode_api_socket": ["api_socket", 432],
	"mode_daemon_json": ["daemon_json", 420],
	"mode_default_docker": ["default_docker", 420],
	"mode_sysconfig_docker": ["sysconfig_docker", 420],
	"mode_containerd_socket": ["containerd_socket", 432],
}

tls_owners := {"owner_tls_ca": "tls_ca", "owner_tls_cert": "tls_cert", "owner_tls_key": "tls_key"}

tls_modes := {"mode_tls_ca": ["tls_ca", 292], "mode_tls_cert": ["tls_cert", 292], "mode_tls_key": ["tls_key", 256]}

tls := fx.setting(fx.host, "tlsverify", true)

with_mode(doc, role, mode) := fx.put(doc, ["files", role, 0, "mode"], mode)

check_owner(doc, name, role) if {
	fx.verdict(name, doc) == "pass"
	fx.verdict(name, fx.put(doc, ["files", role, 0, "uid"], 1000)) == "fail"
	fx.verdict(name, fx.put(fx.put(doc, ["files", role, 0, "gid"], 1000), ["files", role, 0, "group"], "users")) == "fail"
	fx.verdict(name, fx.cut(doc, ["files", role, 0, "uid"])) == "error"
	check_absent(doc, name, role)
}

check_absent(doc, name, role) if {
	fx.verdict(name, fx.put(doc, ["files", role], fx.absent("/x"))) == "not_applicable"
	fx.verdict(name, fx.cut(doc, ["files", role])) == "error"
	fx.verdict(name, {}) == "error"
	fx.verdict(name, fx.empty) == "not_applicable"
	fx.verdict(name, fx.managed) == "not_applicable"
}

# Every single bit beyond the mode fails; the mode itself and fewer bits pass.
check_mode(doc, name, role, mode) if {
	fx.verdict(name, with_mode(doc, role, mode)) == "pass"
	fx.verdict(name, with_mode(doc, role, 0)) == "pass"
	every bit in [1, 2, 4, 8, 16, 32, 64, 128, 256, 1024, 2048] {
		fx.verdict(name, with_mode(doc, role, bits.or(mode, bit))) == expected(mode, bit)
	}
	fx.verdict(name, fx.cut(doc, ["files", role, 0, "mode"])) == "error"
	check_absent(doc, name, role)
}

expected(mode, bit) := "pass" if bits.and(mode, bit) != 0

expected(mode, bit) := "fail" if bits.and(mode, bit) == 0

test_owners if {
	every name, role in owners {
		check_owner(fx.host, name, role)
	}
}

test_modes if {
	every name, about in modes {
		check_mode(fx.host, name, about[0], about[1])
	}
}

test_sticky_bit if {
	fx.verdict("mode_api_socket", with_mode(fx.host, "api_socket", 944)) == "pass"
	fx.verdict("mode_containerd_socket", with_mode(fx.host, "containerd_socket", 944)) == "fail"
}

# What is told is the mode of the control, whatever is tolerated.
test_sticky_bit_is_not_told if {
	doc := with_mode(fx.host, "api_socket", 390)
	{finding.allowed | some finding in data.seawall.docker.mode_api_socket.deny with input as doc} == {"0660"}
}

test_files_of_tls if {
	every name, role in tls_owners {
		check_owner(tls, name, role)
	}
	every name, about in tls_modes {
		check_mode(tls, name, about[0], about[1])
	}
}

test_files_of_tls_count_only_with_tls if {
	every name, role in tls_owners {
		fx.verdict(name, fx.host) == "not_applicable"
		fx.verdict(name, fx.setting(fx.host, "tls", false)) == "not_applicable"
		fx.verdict(name, fx.put(fx.setting(fx.host, "tls", true), ["files", role, 0, "uid"], 1000)) == "fail"
		fx.verdict(name, fx.put(fx.setting(fx.host, "tlsverify", false), ["files", role, 0, "uid"], 1000)) == "fail"
		fx.verdict(name, fx.unread_settings(fx.host)) == "error"
		fx.verdict(name, fx.stopped) == "not_applicable"
	}
}

test_a_file_of_tls_that_is_configured_must_be_there if {
	doc := fx.setting(fx.put(tls, ["files", "tls_ca"], fx.absent("/srv/ca.pem")), "tlscacert", "/srv/ca.pem")
	fx.verdict("owner_tls_ca", doc) == "error"
	fx.verdict("mode_tls_ca", doc) == "error"
	some reason in data.seawall.docker.mode_tls_ca.missing with input as doc
	reason.msg == "/srv/ca.pem is configured (tlscacert) and not there"
}

# Every file of a list is looked at.
test_certificates_of_registries if {
	fx.verdict("owner_registry_certs", fx.put(fx.host, ["files", "registry_certs", 1, "gid"], 7)) == "fail"
	fx.verdict("mode_registry_certs", fx.put(fx.host, ["files", "registry_certs", 1, "mode"], 384)) == "fail"
	fx.verdict("mode_registry_certs", fx.put(fx.host, ["files", "registry_certs"], [])) == "not_applicable"
}

rootless := fx.put(fx.put(fx.put(fx.host, ["engine", "rootless"], true), ["daemon", "uid"], 1000), ["daemon", "gid"], 1000)

owned(doc, role, uid, gid) := fx.put(fx.put(doc, ["files", role, 0, "uid"], uid), ["files", role, 0, "gid"], gid)

test_rootless_daemons_own_their_files if {
	every name, role in {"owner_config_dir": "config_dir", "owner_daemon_json": "daemon_json", "owner_api_socket": "api_socket", "owner_containerd_socket": "containerd_socket"} {
		fx.verdict(name, owned(rootless, role, 1000, 1000)) == "pass"
		fx.verdict(name, owned(rootless, role, 0, 0)) == "fail"
		fx.verdict(name, owned(rootless, role, 1000, 1001)) == "fail"
		fx.verdict(name, fx.cut(rootless, ["daemon", "uid"])) == "error"
	}
	fx.verdict("owner_service_unit", rootless) == "pass"
	fx.verdict("owner_service_unit", owned(rootless, "docker_service_unit", 1000, 1000)) == "fail"
	own := fx.put(fx.put(rootless, ["daemon", "home"], "/home/eve"), ["files", "docker_service_unit", 0, "path"], "/home/eve/.config/systemd/user/docker.service")
	fx.verdict("owner_service_unit", owned(own, "docker_service_unit", 1000, 1000)) == "pass"
	fx.verdict("owner_service_unit", owned(own, "docker_service_unit", 1001, 1001)) == "fail"
	fx.verdict("owner_service_unit", fx.cut(own, ["daemon", "uid"])) == "error"
	given := fx.put(fx.put(rootless, ["accounts", "subgid"], [{"name": "eve", "start": 200000, "count": 65536}]), ["files", "api_socket", 0, "owner"], "eve")
	fx.verdict("owner_api_socket", owned(given, "api_socket", 1000, 200105)) == "pass"
	fx.verdict("owner_api_socket", owned(given, "api_socket", 1000, 265536)) == "fail"
	fx.verdict("owner_api_socket", owned(given, "api_socket", 1001, 200105)) == "fail"
	certs := [object.union(f, {"uid": 1000, "gid": 1000}) | some f in fx.files.registry_certs]
	fx.verdict("owner_registry_certs", fx.put(rootless, ["files", "registry_certs"], certs)) == "pass"
	fx.verdict("owner_registry_certs", rootless) == "pass"
	fx.verdict("owner_registry_certs", fx.put(rootless, ["files", "registry_certs", 0, "uid"], 5)) == "fail"
}

test_the_socket_of_podman if {
	doc := fx.put(owned(fx.host, "api_socket", 0, 0), ["files", "api_socket", 0, "group"], "root")
	fx.verdict("owner_api_socket", doc) == "fail"
	fx.verdict("owner_api_socket", fx.put(doc, ["engine", "podman"], true)) == "pass"
}

test_what_a_finding_says if {
	some finding in data.seawall.docker.mode_daemon_json.deny with input as fx.put(fx.host, ["files", "daemon_json"], fx.file("/etc/docker/daemon.json", {"resolved": "/srv/d.json", "links": ["/etc/docker/daemon.json"], "mode": 438, "mode_text": "0666"}))
	finding.mode == "0666"
	finding.allowed == "0644"
	finding.evidence == "/srv/d.json root:root 0666, through /etc/docker/daemon.json"
}
