# SPDX-License-Identifier: Apache-2.0
# Facts for the tests of controls of Docker hosts: a host on which everything is as it should be, and the verdict of a
# control over any document, in the order in which the program asks.
package seawall.lib.docker_fixture

verdict(name, doc) := "not_applicable" if {
	not is_null(data.seawall.docker[name].outside) with input as doc
} else := "error" if {
	count(data.seawall.docker[name].missing) > 0 with input as doc
} else := "fail" if {
	count(data.seawall.docker[name].deny) > 0 with input as doc
} else := "manual" if {
	count(data.seawall.docker[name].manual) > 0 with input as doc
} else := "pass"

# A set member at a path, whatever stands there.
put(doc, path, value) := json.patch(doc, [{"op": "add", "path": path, "value": value}])

cut(doc, path) := json.patch(doc, [{"op": "remove", "path": path}])

setting(doc, key, value) := put(doc, ["daemon", "settings", key], {"value": value, "source": "configuration file", "where": "/etc/docker/daemon.json:2"})

# Of a host whose command line could not be read.
unread_settings(doc) := object.union(
	json.patch(doc, [{"op": "add", "path": ["daemon", "settings_complete"], "value": false}, {"op": "add", "path": ["daemon", "settings"], "value": {}}]),
	{"not_read": [{"what": "daemon.settings", "reason": "permission denied", "remedy": "run as root"}]},
)

# Neither daemon nor engine on it.
empty := {"schema_version": 1, "kind": "docker", "engine": {"present": false, "answers": false}, "daemon": {"running": false}, "not_read": []}

stopped := put(put(put(host, ["engine", "answers"], false), ["daemon", "running"], false), ["engine", "info"], {})

managed := put(host, ["platform", "kubelet"], {"provider_id": "", "labels": {"eks.amazonaws.com/nodegroup": "a"}, "source": "command line"})

host := {
	"schema_version": 1,
	"kind": "docker",
	"collected_at": "2026-11-20T10:00:00Z",
	"not_read": [],
	"host": {"name": "one", "os": {"id": "debian", "version_id": "12", "pretty_name": "Debian 12"}, "root": "/", "in_container": false},
	"platform": {"kubelet": null, "root_entries": ["bin", "etc", "usr", "var"], "cloud": null},
	"engine": {
		"present": true,
		"answers": true,
		"address": "unix:///var/run/docker.sock",
		"api_version": "1.41",
		"podman": false,
		"rootless": false,
		"version": {"Version": "20.10.24", "ApiVersion": "1.41", "Experimental": false},
		"info": {
			"ServerVersion": "20.10.24",
			"Driver": "overlay2",
			"DockerRootDir": "/var/lib/docker",
			"LoggingDriver": "journald",
			"SecurityOptions": ["name=apparmor", "name=seccomp,profile=default", "name=userns"],
			"LiveRestoreEnabled": true,
			"Debug": false,
			"ExperimentalBuild": false,
			"RegistryConfig": {"IndexConfigs": {"docker.io": {"Name": "docker.io", "Secure": true}}, "InsecureRegistryCIDRs": ["127.0.0.0/8"]},
			"Plugins": {"Authorization": ["gate"]},
			"Swarm": {"LocalNodeState": "inactive"},
			"Containers": 3,
			"ContainersRunning": 2,
			"ContainersStopped": 1,
			"Images": 2,
		},
		"swarm": null,
	},
	"daemon": {
		"running": true,
		"pid": 812,
		"uid": 0,
		"gid": 0,
		"exe": "/usr/sbin/dockerd",
		"home": "/root",
		"config_file": {"path": "/etc/docker/daemon.json", "exists": true, "valid": true},
		"settings_complete": true,
		"settings": {
			"hosts": {"value": ["fd://"], "source": "command line", "where": "/proc/812/cmdline"},
			"icc": {"value": false, "source": "configuration file", "where": "/etc/docker/daemon.json:2"},
			"userland-proxy": {"value": false, "source": "configuration file", "where": "/etc/docker/daemon.json:3"},
			"no-new-privileges": {"value": true, "source": "configuration file", "where": "/etc/docker/daemon.json:4"},
			"default-ulimits": {"value": {"nofile": {"Name": "nofile", "Soft": 1024, "Hard": 2048}}, "source": "configuration file", "where": "/etc/docker/daemon.json:5"},
		},
		"disagreements": [],
		"held": [],
		"socket_unit": {"fragment": "/lib/systemd/system/docker.socket", "drop_ins": [], "streams": [{"listen": "/run/docker.sock", "protocol": "unix", "path": "/run/docker.sock", "where": "/lib/systemd/system/docker.socket:6"}]},
	},
	"published": [],
	"networks": [{"id": "b", "name": "bridge", "driver": "bridge", "scope": "local", "internal": false, "ingress": false, "options": {"com.docker.network.bridge.enable_icc": "false"}, "containers": []}],
	"mounts": [
		{"point": "/", "root": "/", "major": 8, "minor": 1, "type": "ext4", "source": "/dev/sda1", "options": "rw"},
		{"point": "/var/lib/docker", "root": "/", "major": 8, "minor": 2, "type": "xfs", "source": "/dev/sda2", "options": "rw"},
	],
	"accounts": {
		"docker_group": {"name": "docker", "gid": 998, "members": ["alice"]},
		"socket_groups": [{"path": "/run/docker.sock", "name": "docker", "gid": 998, "members": ["alice"], "primary": []}],
		"directory": [],
		"subuid": [{"name": "dockremap", "start": 100000, "count": 65536}],
		"subgid": [{"name": "dockremap", "start": 100000, "count": 65536}],
	},
	"files": files,
	"audit": {"source": "kernel", "enabled": 1, "malformed": 0, "rules": [watch(i, path) | some i, path in watched]},
}

file(path, rest) := [object.union({"path": path, "exists": true, "resolved": path, "links": [], "type": "file", "uid": 0, "gid": 0, "owner": "root", "group": "root", "mode": 420, "mode_text": "0644", "found": "default"}, rest)]

absent(path) := [{"path": path, "exists": false, "found": "default"}]

files := {
	"dockerd_binary": file("/usr/sbin/dockerd", {"mode": 493, "mode_text": "0755"}),
	"containerd_run_dir": file("/run/containerd", {"type": "folder", "mode": 457, "mode_text": "0711"}),
	"data_root": file("/var/lib/docker", {"type": "folder", "mode": 456, "mode_text": "0710"}),
	"config_dir": file("/etc/docker", {"type": "folder", "mode": 493, "mode_text": "0755"}),
	"docker_service_unit": file("/lib/systemd/system/docker.service", {"resolved": "/usr/lib/systemd/system/docker.service"}),
	"docker_socket_unit": file("/lib/systemd/system/docker.socket", {"resolved": "/usr/lib/systemd/system/docker.socket"}),
	"api_socket": file("/var/run/docker.sock", {"resolved": "/run/docker.sock", "type": "socket", "gid": 998, "group": "docker", "mode": 432, "mode_text": "0660"}),
	"containerd_socket": file("/run/containerd/containerd.sock", {"type": "socket", "mode": 432, "mode_text": "0660"}),
	"containerd_config": file("/etc/containerd/config.toml", {}),
	"containerd_binary": file("/usr/bin/containerd", {"mode": 493, "mode_text": "0755"}),
	"containerd_shim": file("/usr/bin/containerd-shim", {"mode": 493, "mode_text": "0755"}),
	"containerd_shim_runc_v1": file("/usr/bin/containerd-shim-runc-v1", {"mode": 493, "mode_text": "0755"}),
	"containerd_shim_runc_v2": file("/usr/bin/containerd-shim-runc-v2", {"mode": 493, "mode_text": "0755"}),
	"runc_binary": file("/usr/sbin/runc", {"mode": 493, "mode_text": "0755"}),
	"daemon_json": file("/etc/docker/daemon.json", {}),
	"default_docker": file("/etc/default/docker", {}),
	"sysconfig_docker": file("/etc/sysconfig/docker", {}),
	"registry_certs": array.concat(file("/etc/docker/certs.d/r.example.com/ca.crt", {"mode": 292, "mode_text": "0444"}), file("/etc/docker/certs.d/r.example.com/client.key", {"mode": 256, "mode_text": "0400"})),
	"tls_ca": file("/etc/docker/ca.pem", {"mode": 292, "mode_text": "0444"}),
	"tls_cert": file("/etc/docker/cert.pem", {"mode": 292, "mode_text": "0444"}),
	"tls_key": file("/etc/docker/key.pem", {"mode": 256, "mode_text": "0400"}),
}

watched := [
	"/usr/sbin/dockerd",
	"/run/containerd",
	"/var/lib/docker",
	"/etc/docker",
	"/usr/lib/systemd/system/docker.service",
	"/run/docker.sock",
	"/etc/containerd/config.toml",
	"/usr/bin/containerd",
	"/usr/bin/containerd-shim",
	"/usr/bin/containerd-shim-runc-v1",
	"/usr/bin/containerd-shim-runc-v2",
	"/usr/sbin/runc",
	"/etc/default/docker",
	"/etc/sysconfig/docker",
]

# -w as the kernel tells it.
watch(i, path) := rule(i, {"target": "dir", "path": path, "resolved": path}) if path in {"/run/containerd", "/var/lib/docker", "/etc/docker"}

watch(i, path) := rule(i, {"target": "path", "path": path, "resolved": path}) if not path in {"/run/containerd", "/var/lib/docker", "/etc/docker"}

rule(i, rest) := object.union({"list": "exit", "action": "always", "target": "none", "path": "", "resolved": "", "access": "rwxa", "syscalls": false, "narrowed": "", "key": "docker", "source": "kernel", "line": i + 1}, rest)
