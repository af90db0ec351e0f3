# SPDX-License-Identifier: Apache-2.0
# The recommendations about workloads on Docker hosts.
package seawall.container_test

import data.seawall.lib.container_fixture as cx
import data.seawall.lib.docker_fixture as fx

# Name of the rule, and id of the recommendation.
rows := {
	"allowed_ports": "container-allowed-ports",
	"apparmor_profile": "apparmor-profile-restricted",
	"cpu_memory_limits": "container-cpu-memory-limits",
	"host_network_ports": "host-network-ports-restricted",
	"host_paths": "hostpath-volumes-restricted",
	"host_pid_ipc": "no-host-pid-ipc",
	"least_capabilities": "least-privilege-capabilities",
	"privilege_escalation": "no-privilege-escalation",
	"privileged_container": "no-privileged-containers",
	"readonly_root": "readonly-root-filesystem",
	"root_user": "no-root-user",
	"service_ports": "service-allowed-ports",
	"trusted_registries": "trusted-registries-only",
}

v(name, doc) := "not_applicable" if {
	not is_null(data.seawall.container[name].outside) with input as doc
} else := "error" if {
	count(data.seawall.container[name].missing) > 0 with input as doc
} else := "fail" if {
	count(data.seawall.container[name].deny) > 0 with input as doc
} else := "manual" if {
	count(data.seawall.container[name].manual) > 0 with input as doc
} else := "pass"

decided := {"parameters": {
	"container-allowed-ports": {"allowedContainerPortsList": ["8080", 9090]},
	"host-network-ports-restricted": {"minPort": 8000, "maxPort": 9000},
	"hostpath-volumes-restricted": {"allowedHostPaths": {"paths": [{"pathPrefix": "/srv"}, {"pathPrefix": "/opt/ro", "readOnly": true}]}},
	"service-allowed-ports": {"allowedServicePortsList": ["8080"]},
	"trusted-registries-only": {"allowedContainerImagesRegex": `^registry\.example\.com/.+$`},
	"least-privilege-capabilities": {"allowedCapabilities": ["NET_BIND_SERVICE"], "requiredDropCapabilities": ["NET_RAW"]},
}}

d(name, doc) := verdict if verdict := v(name, doc) with data.settings as decided

test_a_good_container_passes if {
	every name, _ in rows {
		d(name, cx.good) == "pass"
	}
}

test_no_facts_are_no_pass if {
	every name, _ in rows {
		d(name, {"kind": "container"}) == "error"
	}
}

test_what_is_left_out if {
	every name, id in rows {
		d(name, cx.managed) == "not_applicable"
		v(name, cx.good) == "not_applicable" with data.settings as {"parameters": {id: {"effect": "Disabled"}}}
		v(name, cx.good) == "not_applicable" with data.settings as {"parameters": {id: {"excludedContainers": ["web"]}}}
		v(name, cx.good) == "not_applicable" with data.settings as {"parameters": {id: {"excludedImages": ["registry.example.com/*"]}}}
	}
}

# Without a list there is something to decide, and nothing wrong yet.
test_lists_are_for_a_person_until_they_are_there if {
	every name in {"allowed_ports", "host_network_ports", "host_paths", "service_ports", "trusted_registries"} {
		v(name, cx.good) == "manual"
		v(name, cx.good) == "fail" with data.settings as {"unconfigured": "unhealthy"}
	}
	v("least_capabilities", cx.good) == "pass"
	v("least_capabilities", cx.config(cx.good, "CapAdd", ["CHOWN"])) == "manual"
}

c(name, key, value) := d(name, cx.config(cx.good, key, value))

test_limits if {
	c("cpu_memory_limits", "Memory", 0) == "fail"
	c("cpu_memory_limits", "CpuShares", 0) == "fail"
}

with_parameters(name, id, given, doc) := verdict if verdict := v(name, doc) with data.settings as {"parameters": {id: given}}

limits(given, doc) := with_parameters("cpu_memory_limits", "container-cpu-memory-limits", given, doc)

test_ceilings if {
	limits({"memoryLimit": "256Mi"}, cx.good) == "pass"
	limits({"memoryLimit": "255Mi"}, cx.good) == "fail"
	limits({"memoryLimit": "0", "cpuLimit": "0"}, cx.good) == "pass"
	quota := cx.config(cx.good, "NanoCpus", 500000000)
	limits({"cpuLimit": "500m"}, quota) == "pass"
	limits({"cpuLimit": "0.4"}, quota) == "fail"
	limits({"cpuLimit": "1"}, cx.config(cx.good, "CpuQuota", 100000)) == "pass"
	limits({"cpuLimit": "1"}, cx.config(cx.good, "CpuQuota", 100001)) == "fail"
	limits({"cpuLimit": "32"}, cx.good) == "fail"
}

test_a_selector_leaves_out if {
	every name, id in rows {
		with_parameters(name, id, {"left_out": true}, cx.config(cx.good, "Privileged", true)) == "not_applicable"
	}
}

# A file that leaves something open decides nothing about it.
test_what_a_file_leaves_open_is_no_pass if {
	every pair in [["cpu_memory_limits", "Memory"], ["cpu_memory_limits", "NanoCpus"], ["readonly_root", "ReadonlyRootfs"], ["allowed_ports", "PortBindings"], ["apparmor_profile", "SecurityOpt"]] {
		open := fx.put(fx.cut(cx.offline, ["inspect", "HostConfig", pair[1]]), ["not_read"], [{"what": sprintf("inspect.HostConfig.%s", [pair[1]]), "reason": "a variable", "remedy": "say it"}])
		d(pair[0], open) == "error"
	}
}

test_registries if {
	d("trusted_registries", fx.put(cx.good, ["image"], "nginx")) == "fail"
	d("trusted_registries", fx.put(cx.good, ["image"], "other.example.com/registry.example.com/x")) == "fail"
	list := {"parameters": {"trusted-registries-only": {"allowedRegistries": ["docker.io/library", "registry.example.com:5000/"], "match_normalized": true}}}
	every image in ["nginx", "docker.io/library/nginx:1", "index.docker.io/library/nginx", "registry.example.com:5000/x"] {
		v("trusted_registries", fx.put(cx.good, ["image"], image)) == "pass" with data.settings as list
	}
	every image in ["team/nginx", "docker.io/libraryx/nginx", "registry.example.com/x", "localhost/nginx", ""] {
		v("trusted_registries", fx.put(cx.good, ["image"], image)) == "fail" with data.settings as list
	}
	raw := {"parameters": {"trusted-registries-only": {"allowedRegistries": ["docker.io/library"]}}}
	v("trusted_registries", fx.put(cx.good, ["image"], "nginx")) == "fail" with data.settings as raw
}

test_privileges if {
	nnp := fx.put(cx.config(cx.good, "SecurityOpt", null), ["process", "no_new_privs"], 0)
	d("privilege_escalation", nnp) == "fail"
	d("privilege_escalation", fx.put(fx.put(nnp, ["host", "no_new_privileges"], true), ["process", "no_new_privs"], 1)) == "pass"
	c("privileged_container", "Privileged", true) == "fail"
	c("readonly_root", "ReadonlyRootfs", false) == "fail"
	d("root_user", fx.put(cx.good, ["process", "euid"], 0)) == "fail"
	d("root_user", fx.put(cx.offline, ["inspect", "Config", "User"], "")) == "manual"
}

test_namespaces if {
	c("host_pid_ipc", "PidMode", "host") == "fail"
	c("host_pid_ipc", "IpcMode", "host") == "fail"
	c("host_pid_ipc", "PidMode", "container:x") == "error"
}

test_ports_of_containers if {
	d("allowed_ports", fx.put(cx.good, ["inspect", "NetworkSettings", "Ports", "22/tcp"], null)) == "fail"
	d("allowed_ports", fx.put(cx.good, ["inspect", "Config", "ExposedPorts", "22/tcp"], {})) == "fail"
	d("allowed_ports", fx.put(fx.put(cx.good, ["inspect", "NetworkSettings", "Ports"], {}), ["inspect", "Config", "ExposedPorts"], null)) == "pass"
	d("allowed_ports", cx.config(cx.offline, "PortBindings", {"22/tcp": [{"HostIp": "", "HostPort": ""}]})) == "fail"
}

test_ports_of_containers_at_run_time if {
	hidden := fx.put(cx.good, ["listening", "-"], {"protocol": "tcp", "address": "0.0.0.0", "port": 4444})
	d("allowed_ports", hidden) == "pass"
	counted := {"parameters": {"container-allowed-ports": {"allowedContainerPortsList": ["8080", "9090"], "run_time": true}}}
	v("allowed_ports", hidden) == "fail" with data.settings as counted
	v("allowed_ports", cx.good) == "pass" with data.settings as counted
	v("allowed_ports", fx.cut(cx.good, ["listening"])) == "error" with data.settings as counted
}

test_capabilities if {
	every name in ["NET_ADMIN", "cap_sys_admin", "ALL"] {
		c("least_capabilities", "CapAdd", [name]) == "fail"
	}
	every name in ["NET_BIND_SERVICE", "cap_net_bind_service"] {
		c("least_capabilities", "CapAdd", [name]) == "pass"
	}
	c("least_capabilities", "Privileged", true) == "fail"
	c("least_capabilities", "CapDrop", null) == "fail"
	c("least_capabilities", "CapDrop", ["cap_net_raw"]) == "pass"
	any := {"parameters": {"least-privilege-capabilities": {"allowedCapabilities": ["*"]}}}
	v("least_capabilities", cx.config(cx.good, "CapAdd", ["SYS_ADMIN"])) == "pass" with data.settings as any
	v("least_capabilities", cx.config(cx.good, "Privileged", true)) == "pass" with data.settings as any
}

test_apparmor if {
	d("apparmor_profile", fx.put(cx.good, ["inspect", "AppArmorProfile"], "unconfined")) == "fail"
	d("apparmor_profile", fx.put(cx.good, ["host", "security_options"], [])) == "not_applicable"
}

published(port) := fx.put(cx.good, ["inspect", "NetworkSettings", "Ports"], {"80/tcp": [{"HostIp": "10.0.0.5", "HostPort": port}]})

test_ports_of_the_host if {
	d("service_ports", published("80")) == "fail"
	d("service_ports", published("8080")) == "pass"
	d("host_network_ports", published("7999")) == "fail"
	d("host_network_ports", published("9000")) == "pass"
	d("host_network_ports", cx.config(cx.created, "PortBindings", {"80/tcp": [{"HostIp": "", "HostPort": "8000-9001"}]})) == "fail"
	c("host_network_ports", "NetworkMode", "host") == "fail"
	listed := {"parameters": {"host-network-ports-restricted": {"allowedHostPorts": ["443", "8000-8100"], "allowHostNetwork": true}}}
	v("host_network_ports", published("443")) == "pass" with data.settings as listed
	v("host_network_ports", published("8101")) == "fail" with data.settings as listed
	v("host_network_ports", cx.config(cx.good, "NetworkMode", "host")) == "pass" with data.settings as listed

	# Whatever is not decided: the network of the host is refused.
	v("host_network_ports", cx.config(cx.good, "NetworkMode", "host")) == "fail"
}

test_ports_of_services if {
	host := object.union(fx.put(fx.host, ["engine", "info", "Swarm"], {"LocalNodeState": "active", "ControlAvailable": true}), {"swarm": {"services": [{"id": "s", "name": "web", "ports": [{"protocol": "tcp", "published": 80, "mode": "ingress"}]}]}})
	d("service_ports", host) == "fail"
	d("service_ports", fx.put(host, ["swarm", "services", 0, "ports", 0, "published"], 8080)) == "pass"
	v("service_ports", host) == "manual"
	d("service_ports", fx.host) == "not_applicable"
	d("service_ports", fx.empty) == "not_applicable"
	d("service_ports", fx.stopped) == "not_applicable"
	d("service_ports", fx.cut(host, ["swarm"])) == "error"
}

mount(path, rw) := fx.put(cx.good, ["mounts"], [{"type": "bind", "source": path, "destination": "/in", "rw": rw, "propagation": "", "host_path": path, "resolved": path}])

test_paths_of_the_host if {
	d("host_paths", mount("/srv", true)) == "pass"
	d("host_paths", mount("/srv/x/y", true)) == "pass"
	d("host_paths", mount("/srvx", true)) == "fail"
	d("host_paths", mount("/opt/ro/x", false)) == "pass"
	d("host_paths", mount("/opt/ro/x", true)) == "fail"
	d("host_paths", mount("/", true)) == "fail"
	root := {"parameters": {"hostpath-volumes-restricted": {"allowedHostPaths": {"paths": [{"pathPrefix": "/"}]}}}}
	v("host_paths", mount("/", true)) == "pass" with data.settings as root
	v("host_paths", mount("/etc", true)) == "fail" with data.settings as root
	none := {"parameters": {"hostpath-volumes-restricted": {"allowedHostPaths": {"paths": []}}}}
	v("host_paths", mount("/srv", true)) == "fail" with data.settings as none
	v("host_paths", fx.put(cx.good, ["mounts"], [])) == "pass" with data.settings as none
}
