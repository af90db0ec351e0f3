# SPDX-License-Identifier: Apache-2.0
package seawall.docker_test.container

import data.seawall.lib.container_fixture as cx
import data.seawall.lib.docker_fixture as fx

rows := {
	"apparmor",
	"bound_interface",
	"capabilities",
	"container_cgroup",
	"cpu_limit",
	"current_image",
	"default_bridge",
	"devices",
	"engine_socket",
	"health",
	"host_ipc",
	"host_network",
	"host_pid",
	"host_userns",
	"host_uts",
	"memory_limit",
	"mount_propagation",
	"needed_ports",
	"no_new_privileges",
	"pids_limit",
	"privileged",
	"privileged_ports",
	"readonly_rootfs",
	"restart_limit",
	"seccomp",
	"selinux",
	"sensitive_mounts",
	"ssh_server",
	"ulimits",
}

v(name, doc) := fx.verdict(name, doc)

c(name, key, value) := fx.verdict(name, cx.config(cx.good, key, value))

test_a_good_container_passes if {
	every name in rows - {"needed_ports", "selinux"} {
		v(name, cx.good) == "pass"
	}
	v("needed_ports", cx.good) == "manual"
	v("selinux", cx.good) == "not_applicable"
}

test_no_facts_are_no_pass if {
	every name in rows {
		v(name, {}) == "error"
		v(name, {"origin": "engine", "name": "x", "state": "running"}) == "error"
	}
}

test_managed_machines_are_left_alone if {
	every name in rows {
		v(name, cx.managed) == "not_applicable"
	}
}

test_the_container_is_named if {
	every name in {"privileged", "host_uts"} {
		some finding in data.seawall.docker[name].deny with input as cx.config(cx.config(cx.offline, "Privileged", true), "UTSMode", "host")
		finding.container == "web"
		finding.subject == "web"
		finding.file == "compose.yaml"
		finding.line == 3
	}
}

# Without an engine the kernel is asked itself.
test_apparmor_of_a_runtime if {
	bundle := fx.cut(fx.put(cx.good, ["origin"], "runtime"), ["host", "security_options"])
	v("apparmor", bundle) == "pass"
	v("apparmor", fx.put(bundle, ["host", "apparmor"], false)) == "not_applicable"
	v("apparmor", fx.cut(bundle, ["host", "apparmor"])) == "error"
	v("apparmor", fx.put(bundle, ["inspect", "AppArmorProfile"], "")) == "fail"
}

test_apparmor if {
	v("apparmor", fx.put(cx.good, ["inspect", "AppArmorProfile"], "unconfined")) == "fail"
	v("apparmor", fx.put(cx.good, ["inspect", "AppArmorProfile"], "")) == "fail"
	v("apparmor", fx.put(cx.good, ["host", "security_options"], ["name=seccomp,profile=default"])) == "not_applicable"
	v("apparmor", fx.cut(cx.good, ["host", "security_options"])) == "error"
	v("apparmor", fx.cut(cx.good, ["started"])) == "error"
	fresh := fx.put(cx.created, ["inspect", "AppArmorProfile"], "")
	v("apparmor", fresh) == "pass"
	v("apparmor", cx.config(fresh, "SecurityOpt", ["apparmor=unconfined"])) == "fail"
	v("apparmor", cx.config(fresh, "SecurityOpt", ["apparmor:unconfined"])) == "fail"
	v("apparmor", cx.config(fresh, "SecurityOpt", ["apparmor=own"])) == "pass"
	v("apparmor", cx.config(fresh, "Privileged", true)) == "fail"
	v("apparmor", cx.offline) == "pass"
	v("apparmor", cx.config(cx.offline, "SecurityOpt", ["apparmor=unconfined"])) == "fail"
}

selinux(labels, options) := fx.verdict("selinux", cx.config(fx.put(fx.put(fx.put(cx.good, ["host", "selinux"], "enforcing"), ["inspect", "ProcessLabel"], labels), ["inspect", "MountLabel"], labels), "SecurityOpt", options))

test_selinux if {
	selinux("system_u:system_r:container_t:s0", null) == "pass"
	selinux("", null) == "fail"
	selinux("", ["label=type:svirt_t"]) == "pass"
	selinux("", ["label:type:svirt_t"]) == "pass"
	every option in ["label=disable", "label:disable", "disable"] {
		selinux("x", [option]) == "fail"
		v("selinux", cx.config(cx.offline, "SecurityOpt", [option])) == "fail"
	}
	v("selinux", fx.cut(cx.good, ["host", "selinux"])) == "error"
	v("selinux", cx.offline) == "not_applicable"
}

test_capabilities if {
	every name in ["NET_ADMIN", "CAP_NET_ADMIN", "net_admin", "ALL", "cap_sys_admin", "SYS_PTRACE"] {
		c("capabilities", "CapAdd", [name]) == "fail"
	}
	every name in ["CHOWN", "CAP_CHOWN", "net_bind_service", "NET_RAW"] {
		c("capabilities", "CapAdd", [name]) == "pass"
	}
	c("capabilities", "CapDrop", null) == "pass"
}

test_capabilities_in_strict_mode if {
	strict := {"strict_capabilities": true}
	c("capabilities", "CapDrop", null) == "fail" with data.settings as strict
	c("capabilities", "CapDrop", ["net_raw"]) == "pass" with data.settings as strict
	c("capabilities", "CapDrop", ["all"]) == "pass" with data.settings as strict
	c("capabilities", "CapAdd", ["NET_RAW"]) == "fail" with data.settings as strict
}

test_privileged if {
	c("privileged", "Privileged", true) == "fail"
	c("privileged", "Privileged", null) == "pass"
}

mounts(list) := fx.put(cx.good, ["mounts"], list)

bind(path, rw) := {"type": "bind", "source": path, "destination": "/in", "rw": rw, "propagation": "rprivate", "host_path": path, "resolved": path}

test_sensitive_mounts if {
	every path in ["/", "/boot", "/dev", "/etc", "/lib", "/proc", "/sys", "/usr", "/etc/ssl", "/usr/share/zoneinfo", "/proc/sys"] {
		v("sensitive_mounts", mounts([bind(path, true)])) == "fail"
		v("sensitive_mounts", mounts([bind(path, false)])) == "manual"
	}
	every path in ["/etcetera", "/home", "/library", "/var/lib", "/srv"] {
		v("sensitive_mounts", mounts([bind(path, true)])) == "pass"
	}
	v("sensitive_mounts", mounts([bind("/etc", false), bind("/usr", true)])) == "fail"
}

test_sensitive_mounts_behind_links_and_dots if {
	v("sensitive_mounts", mounts([object.union(bind("/srv/x", true), {"resolved": "/etc"})])) == "fail"
	plain := object.remove(bind("/srv/../etc/./ssl/", true), ["resolved"])
	v("sensitive_mounts", mounts([plain])) == "fail"
	v("sensitive_mounts", mounts([object.remove(bind("/etc/../srv", true), ["resolved"])])) == "pass"
	v("sensitive_mounts", mounts([object.remove(bind("/../..//", true), ["resolved"])])) == "fail"
}

test_volumes_that_are_binds if {
	volume := {"type": "volume", "name": "v", "source": "/var/lib/docker/volumes/v/_data", "destination": "/in", "rw": true, "propagation": ""}
	v("sensitive_mounts", mounts([volume])) == "pass"
	v("sensitive_mounts", mounts([object.union(volume, {"host_path": "/etc", "resolved": "/etc"})])) == "fail"
	v("sensitive_mounts", fx.cut(cx.good, ["mounts"])) == "error"
}

test_ssh_server if {
	every comm in ["sshd", "sshd-session", "dropbear"] {
		v("ssh_server", fx.put(cx.good, ["processes", "-"], {"pid": 7, "comm": comm})) == "fail"
	}
	v("ssh_server", fx.put(cx.good, ["processes", "-"], {"pid": 7, "comm": "ssh-agent"})) == "pass"
	v("ssh_server", fx.put(cx.created, ["processes"], null)) == "pass"
	v("ssh_server", fx.cut(cx.good, ["processes"])) == "error"
	v("ssh_server", cx.offline) == "not_applicable"
}

live_port(port) := fx.put(cx.good, ["inspect", "NetworkSettings", "Ports", "80/tcp"], [{"HostIp": "10.0.0.5", "HostPort": port}])

asked_port(port) := cx.config(cx.created, "PortBindings", {"80/tcp": [{"HostIp": "10.0.0.5", "HostPort": port}]})

test_privileged_ports if {
	every port in ["1", "80", "1023"] {
		v("privileged_ports", live_port(port)) == "fail"
		v("privileged_ports", asked_port(port)) == "fail"
	}
	every port in ["1024", "1025", "8080", "65535"] {
		v("privileged_ports", live_port(port)) == "pass"
		v("privileged_ports", asked_port(port)) == "pass"
	}
	every port in ["", "0"] {
		v("privileged_ports", asked_port(port)) == "pass"
	}
	v("privileged_ports", asked_port("1000-2000")) == "fail"
	v("privileged_ports", asked_port("2000-3000")) == "pass"
	v("privileged_ports", live_port("443")) == "pass" with data.settings as {"host_ports": [443]}

	# What runs is judged by what it has, not by what it asked for.
	v("privileged_ports", cx.config(cx.good, "PortBindings", {"80/tcp": [{"HostIp": "", "HostPort": "80"}]})) == "pass"
	v("privileged_ports", fx.cut(cx.good, ["inspect", "NetworkSettings", "Ports"])) == "error"
}

test_needed_ports if {
	v("needed_ports", cx.good) == "pass" with data.settings as {"image_ports": {"registry.example.com/web:1": ["8080/tcp"]}}
	v("needed_ports", cx.good) == "pass" with data.settings as {"image_ports": {"registry.example.com/*": ["8080/tcp"]}}
	v("needed_ports", cx.good) == "fail" with data.settings as {"image_ports": {"registry.example.com/*": ["443/tcp"]}}
	v("needed_ports", cx.good) == "manual" with data.settings as {"image_ports": {"other": ["443/tcp"]}}
	v("needed_ports", fx.put(cx.good, ["inspect", "NetworkSettings", "Ports"], {})) == "pass"
	v("needed_ports", fx.put(fx.put(cx.good, ["inspect", "NetworkSettings", "Ports"], {}), ["inspect", "Config", "ExposedPorts"], null)) == "pass"
}

test_namespaces_of_the_host if {
	every name, about in {"host_network": ["NetworkMode", "network"], "host_pid": ["PidMode", "pid"], "host_ipc": ["IpcMode", "ipc"]} {
		c(name, about[0], "host") == "fail"
		c(name, about[0], "shareable") == "pass"
		c(name, about[0], null) == "pass"
		joins := cx.config(cx.good, about[0], "container:abc")
		v(name, joins) == "error"
		v(name, fx.put(joins, ["joined", about[1]], {"id": "abc", "name": "db", "mode": "host"})) == "fail"
		v(name, fx.put(joins, ["joined", about[1]], {"id": "abc", "name": "db", "mode": "private"})) == "pass"
	}
	c("host_uts", "UTSMode", "host") == "fail"
	c("host_userns", "UsernsMode", "host") == "fail"
	c("host_userns", "UsernsMode", "private") == "pass"
}

test_limits if {
	c("memory_limit", "Memory", 0) == "fail"
	c("memory_limit", "Memory", null) == "fail"
	c("cpu_limit", "CpuShares", 0) == "fail"
	c("cpu_limit", "CpuShares", 1024) == "fail"
	v("cpu_limit", cx.config(cx.config(cx.good, "CpuShares", 1024), "NanoCpus", 500000000)) == "pass"
	v("cpu_limit", cx.config(cx.config(cx.good, "CpuShares", 0), "CpuQuota", 50000)) == "pass"
	every limit in [null, 0, -1] {
		c("pids_limit", "PidsLimit", limit) == "fail"
	}
	c("readonly_rootfs", "ReadonlyRootfs", false) == "fail"
	c("readonly_rootfs", "ReadonlyRootfs", null) == "fail"
}

live_ip(ip) := fx.put(cx.good, ["inspect", "NetworkSettings", "Ports"], {"80/tcp": [{"HostIp": ip, "HostPort": "8080"}]})

asked_ip(ip) := cx.config(cx.created, "PortBindings", {"80/tcp": [{"HostIp": ip, "HostPort": "8080"}]})

test_bound_interface if {
	every ip in ["0.0.0.0", "::", ""] {
		v("bound_interface", live_ip(ip)) == "fail"
		v("bound_interface", asked_ip(ip)) == "fail"
	}
	every ip in ["127.0.0.1", "10.1.1.1", "::1", "fe80::1"] {
		v("bound_interface", live_ip(ip)) == "pass"
		v("bound_interface", asked_ip(ip)) == "pass"
	}
	one := fx.put(asked_ip(""), ["host", "ip"], "10.0.0.1")
	v("bound_interface", one) == "pass"
	v("bound_interface", fx.cut(asked_ip(""), ["host", "ip"])) == "error"
	v("bound_interface", cx.config(cx.offline, "PortBindings", {"80/tcp": [{"HostIp": "", "HostPort": "80"}]})) == "fail"
}

restart(name, tries) := c("restart_limit", "RestartPolicy", {"Name": name, "MaximumRetryCount": tries})

test_restart_limit if {
	restart("no", 0) == "pass"
	restart("", 0) == "pass"
	restart("on-failure", 1) == "pass"
	restart("on-failure", 0) == "fail"
	restart("on-failure", 6) == "fail"
	restart("always", 0) == "fail"
	restart("unless-stopped", 0) == "fail"
	c("restart_limit", "RestartPolicy", null) == "pass"
}

service(policy) := v("restart_limit", cx.config(fx.put(cx.good, ["service"], {"id": "s", "name": "web", "restart_policy": policy}), "RestartPolicy", {"Name": "always"}))

test_restart_limit_of_tasks if {
	service({"Condition": "none"}) == "pass"
	service({"Condition": "any", "MaxAttempts": 5}) == "pass"
	service({"Condition": "on-failure", "MaxAttempts": 6}) == "fail"
	service({"Condition": "any", "MaxAttempts": 0}) == "fail"
	service({"Condition": "any"}) == "fail"
	v("restart_limit", fx.put(cx.good, ["service"], {"id": "s", "name": "web"})) == "manual"
}

test_devices if {
	device := [{"PathOnHost": "/dev/sda", "PathInContainer": "/dev/sda", "CgroupPermissions": "rwm"}]
	c("devices", "Devices", device) == "manual"
	c("devices", "Devices", device) == "pass" with data.settings as {"devices": ["/dev/sda"]}
	c("devices", "DeviceCgroupRules", ["c 1:3 mr"]) == "manual"
	gpu := [{"Driver": "nvidia", "Count": -1, "DeviceIDs": null, "Capabilities": [["gpu"]]}]
	c("devices", "DeviceRequests", gpu) == "manual"
	c("devices", "DeviceRequests", gpu) == "pass" with data.settings as {"devices": ["nvidia"]}
	c("devices", "DeviceRequests", [{"Driver": "", "Capabilities": [["gpu"]]}]) == "manual"
}

test_ulimits if {
	limits := [{"Name": "nofile", "Soft": 1024, "Hard": 2048}]
	c("ulimits", "Ulimits", limits) == "manual"
	c("ulimits", "Ulimits", limits) == "pass" with data.settings as {"ulimits": ["nofile"]}
	c("ulimits", "Ulimits", limits) == "pass" with data.settings as {"ulimits": ["nofile=1024:2048"]}
	c("ulimits", "Ulimits", limits) == "manual" with data.settings as {"ulimits": ["nofile=1:2"]}
}

preset(defaults, limits) := v("ulimits", fx.put(cx.config(cx.good, "Ulimits", limits), ["host", "default_ulimits"], defaults))

test_ulimits_of_the_daemon_are_no_overrides if {
	files := {"Name": "nofile", "Soft": 1024, "Hard": 2048}
	preset({"nofile": files}, [files]) == "pass"
	preset({"nofile": {"soft": 1024, "hard": 2048}}, [files]) == "pass"
	preset({"nofile": files, "nproc": {"Name": "nproc", "Hard": 9}}, [files, {"Name": "nproc", "Soft": 0, "Hard": 9}]) == "pass"
	preset({"nofile": files}, [files, {"Name": "nproc", "Soft": 9, "Hard": 9}]) == "manual"
	preset({"nofile": files}, [object.union(files, {"Hard": 4096})]) == "manual"
	preset({"nproc": object.union(files, {"Name": "nproc"})}, [files]) == "manual"
	preset({}, [files]) == "manual"
}

test_mount_propagation if {
	every kind in ["shared", "rshared"] {
		v("mount_propagation", mounts([object.union(bind("/srv", true), {"propagation": kind})])) == "fail"
	}
	every kind in ["", "private", "rslave", "slave"] {
		v("mount_propagation", mounts([object.union(bind("/srv", true), {"propagation": kind})])) == "pass"
	}
	v("mount_propagation", fx.cut(cx.good, ["mounts"])) == "error"
}

test_seccomp if {
	every option in ["seccomp=unconfined", "seccomp:unconfined"] {
		c("seccomp", "SecurityOpt", [option]) == "fail"
	}
	c("seccomp", "SecurityOpt", ["seccomp=/etc/own.json"]) == "pass"
	c("seccomp", "Privileged", true) == "fail"
	v("seccomp", cx.config(cx.config(cx.good, "Privileged", true), "SecurityOpt", ["seccomp={}"])) == "pass"
	daemon := fx.put(cx.good, ["host", "seccomp_profile"], "unconfined")
	v("seccomp", daemon) == "fail"
	v("seccomp", cx.config(daemon, "SecurityOpt", ["seccomp=/etc/own.json"])) == "pass"
	v("seccomp", fx.put(cx.good, ["process", "seccomp"], 0)) == "fail"
	unknown := fx.cut(cx.good, ["host", "seccomp_profile"])
	v("seccomp", unknown) == "pass"
	v("seccomp", fx.put(unknown, ["process"], null)) == "error"
	v("seccomp", cx.offline) == "pass"
}

test_container_cgroup if {
	c("container_cgroup", "CgroupParent", "/apps") == "fail"
	c("container_cgroup", "CgroupParent", "/apps") == "pass" with data.settings as {"cgroup_parents": ["/apps"]}
}

nnp(options, default_value) := v("no_new_privileges", fx.put(cx.config(cx.good, "SecurityOpt", options), ["host", "no_new_privileges"], default_value))

test_no_new_privileges if {
	every option in ["no-new-privileges", "no-new-privileges=true", "no-new-privileges:true"] {
		nnp([option], false) == "pass"
	}
	every option in ["no-new-privileges=false", "no-new-privileges:false"] {
		nnp([option], true) == "fail"
	}
	nnp(null, true) == "pass"
	nnp(null, false) == "fail"
	v("no_new_privileges", fx.put(cx.good, ["process", "no_new_privs"], 0)) == "fail"
	unknown := fx.cut(cx.config(cx.good, "SecurityOpt", null), ["host", "no_new_privileges"])
	v("no_new_privileges", unknown) == "pass"
	v("no_new_privileges", fx.put(unknown, ["process", "no_new_privs"], 0)) == "fail"
	v("no_new_privileges", fx.put(unknown, ["process"], null)) == "error"
	v("no_new_privileges", cx.offline) == "pass"
	v("no_new_privileges", cx.config(cx.offline, "SecurityOpt", null)) == "fail"
}

test_health if {
	every status in ["healthy", "unhealthy", "starting"] {
		v("health", fx.put(cx.good, ["inspect", "State", "Health", "Status"], status)) == "pass"
	}
	v("health", fx.put(cx.good, ["inspect", "State", "Health", "Status"], "none")) == "fail"
	v("health", fx.put(cx.good, ["inspect", "State", "Health"], null)) == "fail"
	v("health", fx.cut(cx.good, ["inspect", "State"])) == "error"
	v("health", cx.created) == "not_applicable"
	v("health", cx.offline) == "manual"
	v("health", fx.put(cx.offline, ["inspect", "Config", "Healthcheck"], {"Test": ["CMD", "true"]})) == "pass"
	v("health", fx.put(cx.offline, ["inspect", "Config", "Healthcheck"], {"Test": ["NONE"]})) == "fail"
}

# A member that a file leaves open is an error of what looks at it, whatever the default would be.
open_member(path) := fx.put(fx.cut(cx.offline, path), ["not_read"], [{"what": concat(".", path), "reason": "the variable A has no value here", "remedy": "give it"}])

open_values := {
	"apparmor": "SecurityOpt",
	"bound_interface": "PortBindings",
	"capabilities": "CapAdd",
	"container_cgroup": "CgroupParent",
	"cpu_limit": "NanoCpus",
	"default_bridge": "NetworkMode",
	"devices": "DeviceRequests",
	"host_ipc": "IpcMode",
	"host_network": "NetworkMode",
	"host_pid": "PidMode",
	"host_userns": "UsernsMode",
	"host_uts": "UTSMode",
	"memory_limit": "Memory",
	"needed_ports": "PortBindings",
	"no_new_privileges": "SecurityOpt",
	"pids_limit": "PidsLimit",
	"privileged": "Privileged",
	"privileged_ports": "PortBindings",
	"readonly_rootfs": "ReadonlyRootfs",
	"restart_limit": "RestartPolicy",
	"seccomp": "Privileged",
	"ulimits": "Ulimits",
}

test_what_a_file_leaves_open_is_no_pass if {
	every name, member in open_values {
		v(name, open_member(["inspect", "HostConfig", member])) == "error"
	}
	v("health", fx.put(cx.offline, ["not_read"], [{"what": "inspect.Config.Healthcheck", "reason": "a variable", "remedy": "give it"}])) == "error"
	v("own_user", open_member(["inspect", "Config", "User"])) == "error"
	every name in ["sensitive_mounts", "engine_socket", "mount_propagation"] {
		v(name, open_member(["mounts"])) == "error"
	}
}

test_current_image if {
	v("current_image", fx.put(cx.good, ["image_facts", "registry", "digest"], "sha256:bb")) == "manual"
	v("current_image", fx.put(cx.good, ["image_facts", "registry"], {"reference": "x", "error": "no route"})) == "not_applicable"
	v("current_image", fx.put(cx.good, ["image_facts", "registry"], {"reference": "x", "digest": "", "error": ""})) == "manual"
	v("current_image", fx.put(cx.good, ["image_facts", "registry"], null)) == "manual"
	v("current_image", fx.cut(cx.good, ["image_facts", "registry"])) == "error"
	v("current_image", fx.put(cx.good, ["image_facts", "repo_digests"], [])) == "manual"
}

test_default_bridge if {
	v("default_bridge", fx.put(cx.good, ["inspect", "NetworkSettings", "Networks", "bridge"], {})) == "manual"
	v("default_bridge", fx.put(cx.good, ["bridge_member"], true)) == "manual"
	v("default_bridge", fx.put(cx.created, ["inspect", "NetworkSettings", "Networks", "bridge"], {})) == "pass"
	v("default_bridge", cx.offline) == "pass"
	v("default_bridge", cx.config(cx.offline, "NetworkMode", "default")) == "manual"
	v("default_bridge", fx.cut(fx.cut(cx.good, ["inspect", "NetworkSettings", "Networks"]), ["bridge_member"])) == "error"
}

test_engine_socket if {
	every path in [
		"/run/docker.sock",
		"/var/run/docker.sock",
		"/run",
		"/var/run",
		"/var",
		"/",
		"/run/containerd",
		"/run/containerd/containerd.sock",
		"/run/crio/crio.sock",
		"/run/podman/podman.sock",
		"/run/user/1000/docker.sock",
	] {
		v("engine_socket", mounts([bind(path, false)])) == "fail"
	}
	every path in ["/run/lock", "/varnish", "/srv", "/run/docker.sock.d"] {
		v("engine_socket", mounts([bind(path, true)])) == "pass"
	}
	v("engine_socket", fx.put(mounts([bind("/srv/api", true)]), ["host", "api_sockets"], ["/srv/api/engine"])) == "fail"
	v("engine_socket", mounts([object.union(bind("/srv/x", true), {"destination": "/var/run/docker.sock"})])) == "fail"
	v("engine_socket", mounts([object.union(bind("/srv/link", true), {"resolved": "/run/docker.sock"})])) == "fail"
	v("engine_socket", mounts([{"type": "volume", "source": "/var/lib/docker/volumes/v/_data", "destination": "/docker.sock", "rw": true, "propagation": ""}])) == "fail"
	v("engine_socket", fx.cut(cx.good, ["mounts"])) == "error"
}

# A container with which everything is wrong.
bad := json.patch(cx.good, [
	{"op": "add", "path": ["inspect", "AppArmorProfile"], "value": ""},
	{"op": "add", "path": ["host", "selinux"], "value": "enforcing"},
	{"op": "add", "path": ["inspect", "State", "Health"], "value": null},
	{"op": "add", "path": ["bridge_member"], "value": true},
	{"op": "add", "path": ["process"], "value": {"pid": 9, "euid": 0, "seccomp": 0, "no_new_privs": 0}},
	{"op": "add", "path": ["processes"], "value": [{"pid": 1, "comm": "sshd"}]},
	{"op": "add", "path": ["image_facts", "registry", "digest"], "value": "sha256:zz"},
	{"op": "add", "path": ["inspect", "NetworkSettings"], "value": {"Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "80"}]}, "Networks": {"bridge": {}}}},
	{"op": "add", "path": ["mounts"], "value": [{"type": "bind", "source": "/", "destination": "/var/run/docker.sock", "rw": true, "propagation": "rshared", "host_path": "/", "resolved": "/"}]},
	{"op": "add", "path": ["inspect", "HostConfig"], "value": {
		"CapAdd": ["ALL"],
		"CapDrop": null,
		"CgroupParent": "/x",
		"Devices": [{"PathOnHost": "/dev/sda"}],
		"IpcMode": "host",
		"Memory": 0,
		"NetworkMode": "host",
		"PidMode": "host",
		"PidsLimit": null,
		"Privileged": true,
		"ReadonlyRootfs": false,
		"RestartPolicy": {"Name": "always", "MaximumRetryCount": 0},
		"SecurityOpt": ["seccomp=unconfined", "no-new-privileges=false"],
		"Ulimits": [{"Name": "nofile", "Soft": 1, "Hard": 2}],
		"UsernsMode": "host",
		"UTSMode": "host",
	}},
])

members contains path if {
	walk(bad, [path, _])
	count(path) in {1, 2, 3}
	every step in path {
		is_string(step)
	}
}

# Whatever member is lost: what was wrong is never right because of it.
test_a_lost_fact_is_no_pass if {
	every path in members {
		doc := json.patch(bad, [{"op": "remove", "path": path}])
		every name in rows {
			v(name, doc) != "pass"
		}
	}
}
