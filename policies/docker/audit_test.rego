# SPDX-License-Identifier: Apache-2.0
package seawall.docker_test.audit

import data.seawall.lib.docker_fixture as fx

# The role of each row's files.
files := {
	"audit_dockerd": "dockerd_binary",
	"audit_service_unit": "docker_service_unit",
	"audit_containerd_socket": "containerd_socket",
	"audit_default_docker": "default_docker",
	"audit_daemon_json": "daemon_json",
	"audit_containerd_config": "containerd_config",
	"audit_sysconfig_docker": "sysconfig_docker",
	"audit_containerd": "containerd_binary",
	"audit_shim": "containerd_shim",
	"audit_shim_runc_v1": "containerd_shim_runc_v1",
	"audit_shim_runc_v2": "containerd_shim_runc_v2",
	"audit_runc": "runc_binary",
}

folders := {"audit_containerd_run": "containerd_run_dir", "audit_data_root": "data_root", "audit_config_dir": "config_dir"}

rows := object.union(files, folders)

rules(list) := fx.put(fx.host, ["audit", "rules"], [fx.rule(i, r) | some i, r in list])

test_every_row_passes_on_a_watched_host if {
	every name, _ in rows {
		fx.verdict(name, fx.host) == "pass"
	}
	fx.verdict("audit_api_socket", fx.host) == "pass"
}

test_every_row_fails_without_rules if {
	every name, _ in rows {
		fx.verdict(name, rules([])) == "fail"
	}
	fx.verdict("audit_api_socket", rules([])) == "fail"
}

test_every_row_names_its_own_file if {
	every name, role in rows {
		found := data.seawall.docker[name].deny with input as rules([])
		{f.path | some f in found} == {fx.files[role][0].path}
	}
}

test_a_file_that_is_not_there_is_not_applicable if {
	every name, role in rows {
		fx.verdict(name, fx.put(fx.host, ["files", role], fx.absent("/x"))) == "not_applicable"
	}
	none := fx.put(fx.put(fx.host, ["files", "api_socket"], fx.absent("/x")), ["files", "docker_socket_unit"], fx.absent("/y"))
	fx.verdict("audit_api_socket", none) == "not_applicable"
}

test_what_could_not_be_read_is_an_error if {
	every name, role in rows {
		fx.verdict(name, fx.cut(fx.host, ["files", role])) == "error"
		fx.verdict(name, fx.cut(fx.host, ["audit"])) == "error"
		fx.verdict(name, {}) == "error"
	}
	fx.verdict("audit_api_socket", fx.cut(fx.host, ["audit"])) == "error"
	fx.verdict("audit_api_socket", fx.cut(fx.host, ["files", "api_socket"])) == "error"
	fx.verdict("audit_api_socket", {}) == "error"
}

test_no_engine_and_managed_machines if {
	every name, _ in rows {
		fx.verdict(name, fx.empty) == "not_applicable"
		fx.verdict(name, fx.managed) == "not_applicable"
	}
}

one(rest) := fx.verdict("audit_daemon_json", rules([rest]))

at(target, path, rest) := object.union({"target": target, "path": path, "resolved": path}, rest)

config := "/etc/docker/daemon.json"

test_what_covers_a_file if {
	one(at("path", config, {})) == "pass"
	one(at("watch", config, {})) == "pass"
	one(at("dir", config, {})) == "pass"
	one(at("dir", "/etc", {})) == "pass"
	one(at("dir", "/", {})) == "pass"
	one(at("watch", "/etc/docker", {})) == "pass"
	one(at("path", config, {"access": "wa"})) == "pass"
}

test_what_does_not_cover_a_file if {
	one(at("path", "/etc/docker", {})) == "fail"
	one(at("dir", "/etc/dock", {})) == "fail"
	one(at("path", config, {"access": "w"})) == "fail"
	one(at("path", config, {"access": "ra"})) == "fail"
	one(at("path", config, {"action": "never"})) == "fail"
	one(at("path", config, {"action": "possible"})) == "fail"
	one(at("path", config, {"list": "user"})) == "fail"
	one(at("path", config, {"syscalls": true})) == "fail"
	one(at("path", config, {"narrowed": "auid>=1000"})) == "fail"
}

test_links_are_followed_on_both_sides if {
	one({"target": "path", "path": "/other/name", "resolved": config}) == "pass"
	doc := fx.put(rules([at("path", "/srv/daemon.json", {})]), ["files", "daemon_json"], fx.file(config, {"resolved": "/srv/daemon.json", "links": [config]}))
	fx.verdict("audit_daemon_json", doc) == "pass"
}

test_a_folder_needs_all_that_is_in_it if {
	fx.verdict("audit_config_dir", rules([at("path", "/etc/docker", {})])) == "fail"
	fx.verdict("audit_config_dir", rules([at("watch", "/etc/docker", {})])) == "pass"
	fx.verdict("audit_config_dir", rules([at("dir", "/etc", {})])) == "pass"
	fx.verdict("audit_config_dir", rules([at("dir", "/etc/docker/certs.d", {})])) == "fail"
}

never(rest) := object.union({"action": "never"}, rest)

test_rules_that_take_out if {
	good := at("path", config, {})
	fx.verdict("audit_daemon_json", rules([never(good), good])) == "fail"
	fx.verdict("audit_daemon_json", rules([good, never(good)])) == "pass"
	fx.verdict("audit_daemon_json", rules([never(at("dir", "/etc", {})), good])) == "fail"
	fx.verdict("audit_daemon_json", rules([never(at("path", "/etc/passwd", {})), good])) == "pass"
	fx.verdict("audit_daemon_json", rules([never({}), good])) == "fail"
	fx.verdict("audit_daemon_json", rules([never({"syscalls": true}), good])) == "pass"
	fx.verdict("audit_daemon_json", rules([never(object.union(good, {"access": "r"})), good])) == "pass"
	fx.verdict("audit_daemon_json", rules([good, never({"list": "task"})])) == "fail"
	fx.verdict("audit_daemon_json", rules([good, never({"list": "task", "narrowed": "auid=0"})])) == "pass"
}

# Below the folder they only take a part out, and the report says so.
test_never_below_a_folder_changes_nothing if {
	doc := fx.put(rules([never(at("dir", "/var/lib/docker/overlay2", {})), at("dir", "/var/lib/docker", {})]), ["mounts", "-"], {"point": "/var/lib/docker/volumes"})
	fx.verdict("audit_data_root", doc) == "pass"
	some seen in data.seawall.docker.audit_data_root.seen with input as doc
	contains(seen.evidence, "not below /var/lib/docker/overlay2")
	contains(seen.evidence, "1 mounts below it")
	contains(seen.evidence, "/var/lib/docker/volumes")
}

test_auditing_must_be_on if {
	fx.verdict("audit_runc", fx.put(fx.host, ["audit", "enabled"], 0)) == "fail"
	fx.verdict("audit_runc", fx.put(fx.host, ["audit", "enabled"], 2)) == "pass"
	silent := fx.cut(fx.host, ["audit", "enabled"])
	fx.verdict("audit_runc", silent) == "error"
	fx.verdict("audit_runc", fx.put(silent, ["audit", "auditd_running"], true)) == "pass"
	fx.verdict("audit_runc", fx.put(silent, ["audit", "auditd_running"], false)) == "fail"
}

test_files_are_not_the_kernel if {
	doc := fx.put(fx.put(fx.host, ["audit", "source"], "files"), ["audit", "kernel_error"], "not permitted")
	fx.verdict("audit_runc", doc) == "pass"
	some seen in data.seawall.docker.audit_runc.seen with input as doc
	contains(seen.evidence, "not confirmed by the kernel (not permitted)")
}

test_a_narrowed_rule_is_named if {
	some finding in data.seawall.docker.audit_runc.deny with input as rules([at("path", "/usr/sbin/runc", {"narrowed": "auid>=1000"})])
	contains(finding.evidence, "does not count (auid>=1000)")
}

test_either_the_socket_or_its_unit if {
	unit := at("path", "/usr/lib/systemd/system/docker.socket", {})
	fx.verdict("audit_api_socket", rules([unit])) == "pass"
	fx.verdict("audit_api_socket", rules([at("path", "/run/docker.sock", {})])) == "pass"
	stopped := fx.put(fx.host, ["files", "api_socket"], fx.absent("/run/docker.sock"))
	fx.verdict("audit_api_socket", stopped) == "fail"
	fx.verdict("audit_api_socket", fx.put(stopped, ["audit", "rules"], [fx.rule(0, unit)])) == "pass"
	fx.verdict("audit_api_socket", fx.put(rules([]), ["files", "docker_socket_unit"], fx.absent("/x"))) == "fail"
}
