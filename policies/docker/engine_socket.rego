# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Do not mount the Docker socket
# description: >-
#   A container that reaches the socket of the engine can start another one that holds the whole
#   host. Read-only does not stop a connection.
# related_resources:
#   - https://docs.docker.com/engine/security/#docker-daemon-attack-surface
# custom:
#   id: SW-DOCKER-5.32
#   aliases: [CIS-DOCKER-5.32]
#   severity: critical
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.32", "1.7.0": "5.32", "1.6.0": "5.32", "1.3.1": "5.31", "1.2.0": "5.31"}
#   alerts: [SW-EX-021]
#   message: "The container {container} can reach the socket of a container engine: {mount}"
#   remediation: Use a proxy that only lets through what is needed, or another design.
#   ja:
#     title: Docker ソケットをマウントしない
#     description: >-
#       エンジンのソケットに届くコンテナーは、ホスト全体を持つ別のコンテナーを起動できる。読み取り専用でも接続は止まらない。
#     message: "コンテナー {container} がコンテナー エンジンのソケットに届く: {mount}"
#     remediation: >-
#       必要な要求だけを通すプロキシか、別の設計を使う。
package seawall.docker.engine_socket

import data.seawall.lib.container

outside := container.outside

missing := container.no_mounts

names := {"docker.sock", "containerd.sock", "crio.sock", "podman.sock"}

usual := {
	"/run/docker.sock",
	"/var/run/docker.sock",
	"/run/containerd/containerd.sock",
	"/var/run/containerd/containerd.sock",
	"/run/crio/crio.sock",
	"/var/run/crio/crio.sock",
	"/run/podman/podman.sock",
	"/var/run/podman/podman.sock",
}

sockets := usual | {path | some path in input.host.api_sockets}

# A socket, or a folder with one in it.
reaches(path) if {
	some socket in sockets
	container.is_in(socket, path)
}

is_named(path) if {
	some name in names
	endswith(path, name)
}

hits contains m if {
	some m in container.host_mounts
	reaches(m.path)
}

hits contains m if {
	some m in container.host_mounts
	is_named(m.path)
}

hits contains object.union({"path": path, "rw": true, "destination": "?"}, m) if {
	some m in input.mounts
	some key in ["source", "destination"]
	path := m[key]
	is_named(path)
	not is_string(object.get(m, "host_path", null))
}

hits contains m if {
	some m in container.host_mounts
	some key in ["source", "destination"]
	is_named(m[key])
}

deny contains container.finding({"mount": container.mount_text(m), "evidence": container.mount_text(m)}) if some m in hits

seen contains container.seen(sprintf("%d mounts", [count(input.mounts)]))
