# SPDX-License-Identifier: Apache-2.0
package seawall.docker_test.daemon

import data.seawall.lib.docker_fixture as fx

rows := {
	"aufs_driver",
	"authorization_plugin",
	"base_device_size",
	"bridge_traffic",
	"central_logging",
	"cgroup_parent",
	"daemon_no_new_privileges",
	"daemon_seccomp",
	"default_ulimits",
	"devicemapper_driver",
	"experimental",
	"insecure_registries",
	"iptables",
	"live_restore",
	"log_level",
	"rootless_daemon",
	"tcp_listener",
	"user_namespaces",
	"userland_proxy",
}

info(path, value) := fx.put(fx.host, array.concat(["engine", "info"], path), value)

no_info := object.union(fx.cut(fx.host, ["engine", "info"]), {"not_read": [{"what": "engine", "reason": "permission denied", "remedy": "run as root"}]})

partial := fx.unread_settings(fx.host)

test_a_good_host_passes_all_but_root if {
	every name in rows - {"rootless_daemon"} {
		fx.verdict(name, fx.host) == "pass"
	}
	fx.verdict("rootless_daemon", fx.host) == "manual"
}

test_without_an_engine_nothing_applies if {
	every name in rows | {"legacy_registry"} {
		fx.verdict(name, fx.empty) == "not_applicable"
		fx.verdict(name, fx.stopped) == "not_applicable"
		fx.verdict(name, fx.managed) == "not_applicable"
	}
}

test_no_facts_are_no_pass if {
	every name in rows | {"legacy_registry"} {
		fx.verdict(name, {}) == "error"
		fx.verdict(name, {"engine": {"present": true, "answers": false}, "daemon": {"running": true}}) == "error"
	}
}

# A host that is not answered and of which nobody knows whether the daemon runs is no host without one.
test_an_engine_that_cannot_be_asked_is_an_error if {
	fx.verdict("aufs_driver", {"engine": {"present": true, "answers": false}, "daemon": {}}) == "error"
}

test_the_reason_and_the_remedy_are_told if {
	some reason in data.seawall.docker.aufs_driver.missing with input as no_info
	reason.msg == "engine.info: permission denied (run as root)"
	contains(reason.ja, "読み取れない")
}

test_unread_settings_are_no_defaults if {
	every name in {"base_device_size", "cgroup_parent", "daemon_no_new_privileges", "default_ulimits", "iptables", "log_level", "tcp_listener", "userland_proxy"} {
		fx.verdict(name, partial) == "error"
	}
	# What is known of them still counts.
	fx.verdict("iptables", fx.setting(partial, "iptables", false)) == "fail"
	fx.verdict("userland_proxy", fx.setting(partial, "userland-proxy", false)) == "pass"
}

test_rootless if {
	fx.verdict("rootless_daemon", fx.put(fx.host, ["daemon", "uid"], 1000)) == "pass"
	fx.verdict("rootless_daemon", info(["SecurityOptions"], ["name=rootless"])) == "pass"
	fx.verdict("rootless_daemon", fx.cut(fx.host, ["daemon", "uid"])) == "manual"
	fx.verdict("rootless_daemon", no_info) == "error"
}

test_bridge_traffic if {
	on := fx.put(fx.host, ["networks", 0, "options", "com.docker.network.bridge.enable_icc"], "true")
	fx.verdict("bridge_traffic", on) == "fail"
	fx.verdict("bridge_traffic", fx.put(fx.host, ["networks", 0, "options"], {})) == "fail"
	fx.verdict("bridge_traffic", fx.put(fx.host, ["networks"], [])) == "not_applicable"
	fx.verdict("bridge_traffic", fx.setting(fx.host, "bridge", "none")) == "not_applicable"

	# Without networks the setting decides; without both nobody does.
	blind := fx.cut(fx.host, ["networks"])
	fx.verdict("bridge_traffic", blind) == "pass"
	fx.verdict("bridge_traffic", fx.setting(blind, "icc", true)) == "fail"
	fx.verdict("bridge_traffic", fx.cut(blind, ["daemon", "settings", "icc"])) == "fail"
	fx.verdict("bridge_traffic", fx.unread_settings(blind)) == "error"
}

test_log_level if {
	fx.verdict("log_level", fx.setting(fx.host, "log-level", "info")) == "pass"
	fx.verdict("log_level", fx.setting(fx.host, "log-level", "debug")) == "fail"
	fx.verdict("log_level", fx.setting(fx.host, "log-level", "warn")) == "fail"
	fx.verdict("log_level", info(["Debug"], true)) == "fail"
	fx.verdict("log_level", fx.setting(fx.cut(fx.host, ["engine", "info", "Debug"]), "debug", true)) == "fail"

	# The live daemon wins over its file.
	fx.verdict("log_level", fx.setting(fx.host, "debug", true)) == "pass"
}

test_iptables if {
	fx.verdict("iptables", fx.setting(fx.host, "iptables", true)) == "pass"
	fx.verdict("iptables", fx.setting(fx.host, "iptables", false)) == "fail"
}

test_insecure_registries if {
	fx.verdict("insecure_registries", fx.setting(fx.host, "insecure-registries", ["registry.example.com:5000"])) == "fail"
	fx.verdict("insecure_registries", fx.setting(fx.host, "insecure-registries", ["127.0.0.0/8"])) == "pass"
	fx.verdict("insecure_registries", info(["RegistryConfig", "InsecureRegistryCIDRs"], ["127.0.0.0/8", "::1/128"])) == "pass"
	fx.verdict("insecure_registries", info(["RegistryConfig", "InsecureRegistryCIDRs"], ["10.0.0.0/8"])) == "fail"
	bad := info(["RegistryConfig", "IndexConfigs", "r.example.com"], {"Name": "r.example.com", "Secure": false})
	fx.verdict("insecure_registries", bad) == "fail"

	# One finding for each registry, with all who say so.
	both := fx.setting(bad, "insecure-registries", ["r.example.com"])
	found := data.seawall.docker.insecure_registries.deny with input as both
	{f.evidence | some f in found} == {"IndexConfigs of /info, key insecure-registries"}
}

test_storage_drivers if {
	fx.verdict("aufs_driver", info(["Driver"], "aufs")) == "fail"
	fx.verdict("aufs_driver", fx.put(info(["Driver"], "aufs"), ["engine", "version", "Version"], "24.0.7")) == "pass"
	fx.verdict("devicemapper_driver", info(["Driver"], "devicemapper")) == "fail"
	fx.verdict("devicemapper_driver", info(["Driver"], "btrfs")) == "pass"
}

test_default_ulimits if {
	fx.verdict("default_ulimits", fx.setting(fx.host, "default-ulimits", {})) == "manual"
	fx.verdict("default_ulimits", fx.cut(fx.host, ["daemon", "settings", "default-ulimits"])) == "manual"
}

test_user_namespaces if {
	fx.verdict("user_namespaces", info(["SecurityOptions"], ["name=seccomp,profile=default"])) == "fail"
	fx.verdict("user_namespaces", info(["SecurityOptions"], ["name=rootless"])) == "pass"
	fx.verdict("user_namespaces", fx.setting(info(["SecurityOptions"], []), "userns-remap", "default")) == "fail"
}

test_cgroup_parent if {
	doc := fx.setting(fx.host, "cgroup-parent", "/apps")
	fx.verdict("cgroup_parent", doc) == "fail"
	fx.verdict("cgroup_parent", doc) == "pass" with data.settings as {"cgroup_parents": ["/apps"]}
	fx.verdict("cgroup_parent", doc) == "fail" with data.settings as {"cgroup_parents": ["/other"]}
}

test_base_device_size if {
	fx.verdict("base_device_size", fx.setting(fx.host, "storage-opts", ["dm.fs=xfs"])) == "pass"
	fx.verdict("base_device_size", fx.setting(fx.host, "storage-opts", ["dm.fs=xfs", "dm.basesize=20G"])) == "fail"
}

test_authorization_plugin if {
	fx.verdict("authorization_plugin", info(["Plugins", "Authorization"], null)) == "fail"
	fx.verdict("authorization_plugin", info(["Plugins"], {})) == "fail"
	fx.verdict("authorization_plugin", fx.setting(info(["Plugins", "Authorization"], []), "authorization-plugins", ["gate"])) == "fail"
}

test_central_logging if {
	every driver in {"json-file", "local", "none"} {
		fx.verdict("central_logging", info(["LoggingDriver"], driver)) == "fail"
	}
	fx.verdict("central_logging", info(["LoggingDriver"], "gelf")) == "pass"
	said := {"now_ns": 1794787200000000000, "attestations": [{"control": "SW-DOCKER-2.14", "date": "2026-11-01", "by": "ops"}]}
	fx.verdict("central_logging", info(["LoggingDriver"], "json-file")) == "pass" with data.settings as said
}

test_no_new_privileges if {
	fx.verdict("daemon_no_new_privileges", fx.setting(fx.host, "no-new-privileges", false)) == "fail"
	fx.verdict("daemon_no_new_privileges", fx.cut(fx.host, ["daemon", "settings", "no-new-privileges"])) == "fail"

	# From Engine 24 on the engine itself tells.
	newer := fx.put(fx.host, ["engine", "version", "Version"], "24.0.2")
	fx.verdict("daemon_no_new_privileges", newer) == "fail"
	fx.verdict("daemon_no_new_privileges", fx.put(newer, ["engine", "info", "SecurityOptions"], ["name=no-new-privileges"])) == "pass"
	fx.verdict("daemon_no_new_privileges", fx.unread_settings(newer)) == "fail"
}

test_live_restore if {
	fx.verdict("live_restore", info(["LiveRestoreEnabled"], false)) == "fail"
	fx.verdict("live_restore", fx.put(info(["LiveRestoreEnabled"], false), ["engine", "info", "Swarm", "LocalNodeState"], "active")) == "pass"
	fx.verdict("live_restore", fx.cut(fx.host, ["engine", "info", "LiveRestoreEnabled"])) == "error"
}

test_userland_proxy if {
	fx.verdict("userland_proxy", fx.cut(fx.host, ["daemon", "settings", "userland-proxy"])) == "fail"
	fx.verdict("userland_proxy", fx.setting(fx.host, "userland-proxy", true)) == "fail"
}

test_seccomp if {
	fx.verdict("daemon_seccomp", info(["SecurityOptions"], ["name=apparmor"])) == "fail"
	fx.verdict("daemon_seccomp", info(["SecurityOptions"], ["name=seccomp,profile=unconfined"])) == "fail"
	fx.verdict("daemon_seccomp", info(["SecurityOptions"], ["name=seccomp,profile=builtin"])) == "pass"
	fx.verdict("daemon_seccomp", info(["SecurityOptions"], ["name=seccomp,profile=/etc/docker/own.json"])) == "pass"
}

test_experimental if {
	fx.verdict("experimental", info(["ExperimentalBuild"], true)) == "fail"
	fx.verdict("experimental", fx.put(fx.host, ["engine", "version", "Experimental"], true)) == "fail"
	blind := fx.cut(fx.cut(fx.host, ["engine", "version", "Experimental"]), ["engine", "info", "ExperimentalBuild"])
	fx.verdict("experimental", fx.setting(blind, "experimental", true)) == "fail"
	fx.verdict("experimental", blind) == "pass"
	fx.verdict("experimental", fx.unread_settings(blind)) == "error"
}

test_legacy_registry if {
	fx.verdict("legacy_registry", fx.host) == "not_applicable"
	old := fx.put(fx.host, ["engine", "version", "Version"], "17.09.1-ce")
	fx.verdict("legacy_registry", old) == "fail"
	fx.verdict("legacy_registry", fx.setting(old, "disable-legacy-registry", true)) == "pass"
	fx.verdict("legacy_registry", fx.unread_settings(old)) == "error"
}
