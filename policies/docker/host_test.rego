# SPDX-License-Identifier: Apache-2.0
package seawall.docker_test.host

import data.seawall.lib.docker_fixture as fx

partition(doc) := fx.verdict("data_partition", doc)

root(path) := fx.put(fx.host, ["engine", "info", "DockerRootDir"], path)

mounts(list) := fx.put(fx.host, ["mounts"], list)

slash := {"point": "/", "major": 8, "minor": 1, "type": "ext4", "source": "/dev/sda1"}

test_data_partition if {
	partition(fx.host) == "pass"
	partition(mounts([slash])) == "fail"

	# A folder mounted onto itself, as dockerd does.
	partition(mounts([slash, {"point": "/var/lib/docker", "major": 8, "minor": 1, "type": "ext4", "source": "/dev/sda1"}])) == "fail"

	# The last mount on a point is the one that is seen.
	partition(mounts([slash, {"point": "/var/lib/docker", "major": 8, "minor": 1}, {"point": "/var/lib/docker", "major": 8, "minor": 9, "type": "xfs", "source": "/dev/sdb1"}])) == "pass"

	# The parent may have a file system of its own.
	partition(mounts([slash, {"point": "/var/lib", "major": 8, "minor": 9, "type": "xfs", "source": "x"}, {"point": "/var/lib/docker", "major": 8, "minor": 9, "type": "xfs", "source": "x"}])) == "fail"
	partition(mounts([slash, {"point": "/var/lib/dockers", "major": 8, "minor": 9, "type": "xfs", "source": "x"}])) == "fail"
}

test_data_partition_of_remapped_users if {
	partition(root("/var/lib/docker/100000.100000")) == "pass"
	partition(fx.put(root("/var/lib/docker/100000.100000"), ["engine", "info", "SecurityOptions"], [])) == "fail"
	partition(fx.put(root("/data/docker/1.1"), ["mounts"], [slash, {"point": "/data/docker", "major": 8, "minor": 9, "type": "xfs", "source": "x"}])) == "pass"
}

test_data_partition_behind_a_link if {
	doc := fx.put(fx.put(root("/srv/docker"), ["files", "data_root"], fx.file("/srv/docker", {"resolved": "/mnt/disk"})), ["mounts"], [slash, {"point": "/mnt/disk", "major": 8, "minor": 9, "type": "xfs", "source": "x"}])
	partition(doc) == "pass"
}

test_data_partition_on_the_root_of_the_host if partition(fx.put(fx.put(root("/"), ["files", "data_root"], fx.file("/", {})), ["mounts"], [slash])) == "fail"

test_data_partition_needs_its_facts if {
	partition(fx.cut(fx.host, ["mounts"])) == "error"
	partition(fx.cut(fx.host, ["engine", "info"])) == "error"
	partition({}) == "error"
	partition(fx.stopped) == "not_applicable"
	partition(fx.managed) == "not_applicable"
}

users(doc) := fx.verdict("trusted_users", doc)

test_trusted_users if {
	users(fx.host) == "manual"
	users(fx.host) == "pass" with data.settings as {"trusted_docker_users": ["alice"]}
	users(fx.host) == "fail" with data.settings as {"trusted_docker_users": []}
	primary := fx.put(fx.host, ["accounts", "socket_groups", 0, "primary"], ["mallory"])
	users(primary) == "fail" with data.settings as {"trusted_docker_users": ["alice"]}
	directory := fx.put(fx.host, ["accounts", "directory"], ["sss"])
	users(directory) == "manual" with data.settings as {"trusted_docker_users": ["alice"]}
}

test_trusted_users_are_shown if {
	some finding in data.seawall.docker.trusted_users.manual with input as fx.put(fx.host, ["accounts", "directory"], ["sss"])
	finding.msg == "Decide whether all who control the daemon are trusted: alice; more may come from sss"
	contains(finding.evidence, "root:docker 0660")
}

test_only_root_controls_the_api if {
	root_only := fx.put(fx.put(fx.host, ["accounts", "docker_group"], null), ["accounts", "socket_groups"], [{"path": "/run/docker.sock", "name": "root", "gid": 0, "members": [], "primary": ["root"]}])
	users(root_only) == "not_applicable"
	users(fx.put(root_only, ["accounts", "socket_groups", 0, "gid"], 5)) == "manual"
	no_socket := fx.put(fx.host, ["accounts", "socket_groups"], [])
	users(no_socket) == "fail" with data.settings as {"trusted_docker_users": ["bob"]}
}

test_trusted_users_need_their_facts if {
	users(fx.cut(fx.host, ["accounts"])) == "error"
	users(fx.cut(fx.host, ["accounts", "directory"])) == "error"
	users({}) == "error"
	users(fx.empty) == "not_applicable"
}

now := 1794787200000000000 # 2026-11-16

said(date) := {"now_ns": now, "attestations": [{"control": "SW-DOCKER-1.2.1", "date": date, "by": "ops", "note": "baseline"}, {"control": "SW-DOCKER-7.6", "date": "2026-11-15", "by": "ops"}]}

test_host_hardening if {
	fx.verdict("host_hardening", fx.host) == "manual"
	fx.verdict("host_hardening", fx.host) == "pass" with data.settings as said("2026-01-01")
	fx.verdict("host_hardening", fx.host) == "pass" with data.settings as said("2026-01-01T08:00:00+09:00")
	fx.verdict("host_hardening", fx.host) == "manual" with data.settings as said("2025-11-01")
	fx.verdict("host_hardening", {}) == "error"
	fx.verdict("host_hardening", fx.empty) == "not_applicable"
}

test_engine_version if {
	fx.verdict("engine_version", fx.host) == "manual"
	fx.verdict("engine_version", fx.host) == "pass" with data.settings as {"minimum_engine_version": "20.10.24"}
	fx.verdict("engine_version", fx.host) == "pass" with data.settings as {"minimum_engine_version": "20.10"}
	fx.verdict("engine_version", fx.host) == "fail" with data.settings as {"minimum_engine_version": "20.10.25"}
	fx.verdict("engine_version", fx.host) == "fail" with data.settings as {"minimum_engine_version": "100"}
	distribution := fx.put(fx.host, ["engine", "version", "Version"], "20.10.24+dfsg1")
	fx.verdict("engine_version", distribution) == "pass" with data.settings as {"minimum_engine_version": "20.10.24"}
	fx.verdict("engine_version", fx.stopped) == "not_applicable"
	fx.verdict("engine_version", {}) == "error"
}
