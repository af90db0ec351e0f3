# SPDX-License-Identifier: Apache-2.0
# e2e: root daemon timeout=240
# Images of a real Docker engine and of containerd's content store.
. "$SOURCE/tests/e2e/lib.sh"
read_image="$(dirname "$SEAWALL")/tests/tool/image_read"
unset DOCKER_HOST DOCKER_TLS_VERIFY XDG_RUNTIME_DIR

for tool in skopeo umoci curl ip; do
	command -v $tool >/dev/null || { skip engine "$tool is not installed" && exit 0; }
done
umoci init --layout img
umoci new --image img:one
mkdir root
echo 'ID=test' >root/os-release
umoci insert --image img:one root/os-release /etc/os-release
head -c 300000 /dev/urandom >root/big
umoci insert --image img:one root/big /big
skopeo copy --insecure-policy oci:img:one docker-archive:docker.tar:example.org/team/app:1 >/dev/null
skopeo copy --insecure-policy oci:img:one oci-archive:oci.tar:one >/dev/null
two_layers() { # NAME
	if [ "$(grep -c '^layer ' out)" = 2 ]; then ok "$1"; else not_ok "$1" "want two layers"; fi
}

# ---- without an engine ------------------------------------------------------------------------------
expect "no socket" 3 "$read_image" --docker-host "unix://$W/none.sock" docker-daemon:debian
has "no socket told" err "no engine listens at $W/none.sock: is it running?"
expect "other machine without TLS" 3 "$read_image" --docker-host tcp://192.0.2.1:2375 docker-daemon:x
has "TLS told" err "without TLS: set DOCKER_TLS_VERIFY"
expect "no containerd" 3 "$read_image" --containerd-root "$W/none" containerd:x
has "no containerd told" err "containerd keeps nothing in $W/none"

# ---- Docker ---------------------------------------------------------------------------------------------
docker_test() {
	command -v dockerd >/dev/null || { skip docker "dockerd is not installed" && return; }
	ns=seawall-$$
	ip netns add "$ns" 2>/dev/null || { skip docker "no network namespaces here" && return; }
	nsenter --net="/run/netns/$ns" ip link set lo up
	server nsenter --net="/run/netns/$ns" dockerd --data-root "$W/docker" --exec-root "$W/exec" \
		--pidfile "$W/docker.pid" -H "unix://$W/docker.sock"
	if ! await curl -sf --unix-socket "$W/docker.sock" http://engine/_ping; then
		skip docker "dockerd does not start here: $(tail -n 1 server.log)"
	else
		curl -sf --unix-socket "$W/docker.sock" -X POST -H 'Content-Type: application/x-tar' \
			--data-binary @docker.tar http://engine/images/load >/dev/null
		host="--docker-host unix://$W/docker.sock"
		# shellcheck disable=SC2086 # words
		expect "docker-daemon" 0 "$read_image" $host docker-daemon:example.org/team/app:1
		two_layers "docker-daemon layers"
		has "docker-daemon tag" out "tag example.org/team/app:1"
		id=$(sed -n 's/^config sha256://p' out)
		expect "by ID" 0 "$read_image" $host "docker-daemon:$id"
		expect "by DOCKER_HOST" 0 env DOCKER_HOST="unix://$W/docker.sock" "$read_image" \
			docker-daemon:example.org/team/app:1
		expect "not there" 3 "$read_image" $host docker-daemon:example.org/none
		has "not there told" err "not_found: image"
	fi
	[ ! -f docker.pid ] || kill "$(cat docker.pid)" 2>/dev/null
	stop_servers
	umount "$W/exec/netns/default" 2>/dev/null
	umount "$W/docker/overlay2" "$W/docker" 2>/dev/null
	ip netns del "$ns"
}
docker_test

# ---- Podman -------------------------------------------------------------------------------------------
podman_test() {
	command -v podman >/dev/null || { skip podman "podman is not installed" && return; }
	mkdir -p run/podman
	server podman --root "$W/podman" --runroot "$W/podman-run" --storage-driver vfs \
		--events-backend none system service --time 0 "unix://$W/run/podman/podman.sock"
	if ! await curl -sf --unix-socket "$W/run/podman/podman.sock" http://engine/_ping; then
		skip podman "podman does not start here: $(tail -n 1 server.log)" && return
	fi
	curl -sf --unix-socket "$W/run/podman/podman.sock" -X POST \
		-H 'Content-Type: application/x-tar' --data-binary @docker.tar \
		http://engine/images/load >/dev/null
	if [ -S /var/run/docker.sock ]; then
		host="--docker-host unix://$W/run/podman/podman.sock"
	else
		host= # found by itself
	fi
	# shellcheck disable=SC2086 # words
	expect "podman" 0 env XDG_RUNTIME_DIR="$W/run" "$read_image" $host \
		docker-daemon:example.org/team/app:1
	two_layers "podman layers"
	# shellcheck disable=SC2086 # words
	expect "podman without it" 3 env XDG_RUNTIME_DIR="$W/run" "$read_image" $host \
		docker-daemon:example.org/none
	has "podman without it told" err "not_found: image"
	stop_servers
}
podman_test

# ---- containerd ---------------------------------------------------------------------------------------
containerd_test() {
	for tool in containerd ctr; do
		command -v $tool >/dev/null || { skip containerd "$tool is not installed" && return; }
	done
	cat >containerd.toml <<END
version = 2
root = "$W/containerd"
state = "$W/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "$W/containerd.sock"
END
	server containerd -c containerd.toml
	await ctr -a "$W/containerd.sock" version ||
		{ skip containerd "containerd does not start here: $(tail -n 1 server.log)" && return; }
	root="--containerd-root $W/containerd"
	for space in default k8s.io; do
		ctr -a "$W/containerd.sock" -n $space images import --no-unpack \
			--base-name example.org/team/app oci.tar >/dev/null 2>import.log ||
			{ not_ok "import" "$(tail -n 1 import.log)" && return; }
	done
	image=example.org/team/app:one
	# shellcheck disable=SC2086 # words
	expect "containerd" 0 "$read_image" $root containerd:$image
	two_layers "containerd layers"
	expect "in a namespace" 0 "$read_image" $root containerd:k8s.io=$image
	expect "not in that namespace" 3 "$read_image" $root containerd:moby=$image
	has "not found" err "not_found: image"
	# Many more names make the tree deep.
	i=0
	while [ $i -lt 150 ]; do
		ctr -a "$W/containerd.sock" -n default images tag $image "example.org/other/app:$i" >/dev/null
		i=$((i + 1))
	done
	expect "among many" 0 "$read_image" $root containerd:example.org/other/app:77
	two_layers "layers among many"
	stop_servers
	expect "containerd is stopped" 0 "$read_image" $root containerd:example.org/other/app:149
}
containerd_test
