# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: The socket of the container engine is declared as a volume
# description: >-
#   Who may talk to the engine may start a container with all rights: the image asks to be given
#   the host.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-IMG-017
#   aliases: [DKL-DI-0002, CIS-DOCKER-5.32]
#   severity: critical
#   message: "The volume {volume} is or holds the socket of an engine"
#   remediation: >-
#     Remove the volume. What really must talk to an engine does so through a proxy that allows
#     only what it needs.
#   ja:
#     title: エンジンのソケットをボリュームに宣言している
#     description: >-
#       エンジンに命令できる者は、全権限のコンテナーを起動できる。このイメージはホストそのものを求めている。
#     message: "ボリューム {volume} はエンジンのソケットであるか、それを含む"
#     remediation: >-
#       ボリュームを取り除く。エンジンとの通信が本当に必要なら、必要な操作だけを許すプロキシーを通す。
package seawall.image.engine_socket

missing contains "the configuration of the image is not known" if not known

known if input.config_known

sockets := {
	"/var/run/docker.sock",
	"/run/docker.sock",
	"/var/run/containerd/containerd.sock",
	"/run/containerd/containerd.sock",
	"/var/run/crio/crio.sock",
	"/run/crio/crio.sock",
	"/run/podman/podman.sock",
	"/var/run/podman/podman.sock",
	"/var/run",
	"/run",
}

deny contains {"volume": volume, "subject": sprintf("VOLUME %s", [volume])} if {
	some volume in input.volumes
	path := trim_right(volume, "/")
	is_socket(path)
}

is_socket(path) if path in sockets

is_socket(path) if regex.match(`/(docker|containerd|crio|podman|buildkitd)\.sock$`, path)
