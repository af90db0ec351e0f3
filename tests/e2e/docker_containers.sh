# SPDX-License-Identifier: Apache-2.0
# e2e: root daemon timeout=240 needs=containerd,dockerd,busybox,ip,jq,podman,skopeo,umoci
# Documents of containers and images of real engines and runtimes, held against /proc and the engine's own answers.
. "$SOURCE/tests/e2e/lib.sh"
bed() { sh "$SOURCE/tests/docker/bed.sh" "$@"; }
trap 'bed stop "$W/one"; bed stop "$W/two"; bed stop "$W/three"' EXIT
export BED_REGISTRY="$W/beds" XDG_CACHE_HOME="$W/cache"
unset DOCKER_HOST DOCKER_TLS_VERIFY

run() { bed docker "$W/one" run -d --pull=never "$@" >/dev/null || not_ok "run $*" "it does not start"; }
made() { bed docker "$W/one" create --pull=never "$@" >/dev/null || not_ok "create $*" "it is not made"; }
pid_of() { bed docker "$W/one" inspect -f '{{.State.Pid}}' "$1"; }

is() { # NAME CONTAINER FILTER WANT: what the document of the container says
	got=$(jq -rc --arg c "$2" ".containers[] | select(.name == \$c) | $3" facts.json 2>&1)
	if [ "$got" = "$4" ]; then ok "$1"; else not_ok "$1" "$got, want $4"; fi
}

# ---- Docker -------------------------------------------------------------------------------------------------
expect "dockerd" 0 bed start "$W/one"
expect "image" 0 bed image "$W/one" app 'USER app'
expect "image of root" 0 bed image "$W/one" rooted
mkdir -p real link-to
ln -s "$W/real" link-to/it
run --name plain app sleep 3600
run --name asroot -v "$W/link-to/it:/data:ro" -p 127.0.0.1::8080 rooted httpd -f -p 8080
run --name hostly --pid host --network host --ipc host --uts host rooted sleep 3600
run --name joiner --network container:plain --pid container:hostly app sleep 3600
run --name open --security-opt seccomp=unconfined --security-opt no-new-privileges --cap-add NET_ADMIN --cap-drop KILL rooted sleep 3600
run --name tight --read-only --cap-drop ALL -m 64m --pids-limit 50 --memory-swap 64m app sleep 3600
run --name frozen app sleep 3600
bed docker "$W/one" pause frozen >/dev/null
run --name "done" app id
made --name "never" --privileged app id
bed docker "$W/one" volume create -o type=none -o o=bind -o device="$W/link-to/it" asvolume >/dev/null
bed docker "$W/one" volume create plainvolume >/dev/null
made --name volumes -v asvolume:/a -v plainvolume:/b app id
bed docker "$W/one" wait "done" >/dev/null
expect "facts" 0 "$SEAWALL" facts docker -q --host "unix://$W/one/docker.sock" -o facts.json
if [ "$(jq '[.containers[].name] | sort | length' facts.json)" = 10 ]; then ok "all of them"; else not_ok "all of them" "$(jq -c '[.containers[].name]' facts.json)"; fi

is "runs" plain '[.state, .started, .process != null]' '["running",true,true]'
is "pauses" frozen '[.state, .process != null]' '["paused",true]'
is "has ended" "done" '[.state, .started, .process, .processes, .listening]' '["exited",true,null,null,null]'
is "was made" never '[.state, .started, .process, .inspect.HostConfig.Privileged]' '["created",false,null,true]'
is "path through a link" asroot '.mounts[0] | [.host_path, .resolved, .rw]' "[\"$W/link-to/it\",\"$W/real\",false]"
is "a volume that is a folder" volumes '[.mounts[] | select(.name == "asvolume") | .host_path, .resolved]' "[\"$W/link-to/it\",\"$W/real\"]"
is "a volume that is none" volumes '[.mounts[] | select(.name == "plainvolume") | has("host_path")]' '[false]'
is "joined network" joiner '[.joined.network.name, .joined.pid.name, .joined.pid.mode]' '["plain","hostly","host"]'
is "modes" hostly '.inspect.HostConfig | [.PidMode, .NetworkMode, .IpcMode, .UTSMode]' '["host","host","host","host"]'
is "namespaces of the engine" hostly '.process.namespaces | [.net, .pid, .uts, .ipc, .mnt]' '["host","host","host","host","own"]'
is "namespaces of its own" plain '.process.namespaces | [.net, .pid, .uts, .ipc, .mnt]' '["own","own","own","own","own"]'
is "seccomp off" open '[.process.seccomp, .process.no_new_privs]' '[0,1]'
is "seccomp on" plain '[.process.seccomp, .process.no_new_privs]' '[2,0]'
is "capabilities asked for" open '[.inspect.HostConfig.CapAdd, (.process.cap_bnd | index("NET_ADMIN") != null), (.process.cap_bnd | index("KILL"))]' '[["NET_ADMIN"],true,null]'
is "no capability" tight '[.process.cap_bnd, .process.cap_eff, .inspect.HostConfig.ReadonlyRootfs, .inspect.HostConfig.PidsLimit]' '[[],[],true,50]'
is "listens" asroot '[.listening[].port]' '[8080]'
is "nothing told of the host's network" hostly '.listening' '[]'
is "its processes" asroot '[.processes[].comm]' '["httpd"]'
is "member of bridge" plain '.bridge_member' true
is "not a member of bridge" hostly '.bridge_member' false
is "names of the superuser" never '.image_facts.root_names' '["root"]'
is "nothing unread" plain '.not_read' '[]'
lacks "no environment" facts.json PATH=
lacks "no command" facts.json '"sleep","3600"'

for one in plain asroot tight open; do
	pid=$(pid_of $one)
	want=$(awk '/^Uid:/ { u = $2; e = $3 } /^Gid:/ { g = $2 } /^Seccomp:/ { s = $2 } /^NoNewPrivs:/ { n = $2 }
		END { printf "[%d,%d,%d,%d,%d]", u, e, g, s, n }' "/proc/$pid/status")
	is "as /proc says: $one" $one '.process | [.uid, .euid, .gid, .seccomp, .no_new_privs]' "$want"
	count=$(printf '%d' "0x$(awk '/^CapBnd:/ { print $2 }' "/proc/$pid/status")" | awk '{ n = 0; while ($1 > 0) { n += $1 % 2; $1 = int($1 / 2) } print n }')
	is "as many capabilities: $one" $one '.process.cap_bnd | length' "$count"
	is "the process itself: $one" $one .process.pid "$pid"
done

# ---- images -------------------------------------------------------------------------------------------------
image() { # NAME FILTER WANT
	got=$(jq -rc ".images[] | select(.engine.repo_tags[0] == \"app:latest\") | $2" facts.json 2>&1)
	if [ "$got" = "$3" ]; then ok "$1"; else not_ok "$1" "$got, want $3"; fi
}
image "contents" '[.files.known, .user, .engine.containers, .history_known, .config_known]' '[true,"app",7,true,true]'
image "accounts" '[.accounts.passwd[].name]' '["root","app"]'
image "never scanned" .scan null
jq '.images | del(.[].collected_at)' facts.json >first.json
expect "facts again" 0 env SEAWALL_STATS=1 "$SEAWALL" facts docker -q --host "unix://$W/one/docker.sock" -o facts.json
jq '.images | del(.[].collected_at)' facts.json >second.json
same "kept contents say the same" second.json first.json
expect "a kept one that is damaged" 0 sh -c "for f in $W/cache/seawall/images/*; do echo x >>\$f; done"
expect "facts once more" 0 "$SEAWALL" facts docker -q --host "unix://$W/one/docker.sock" -o facts.json
jq '.images | del(.[].collected_at)' facts.json >second.json
same "it is read anew" second.json first.json
expect "without contents" 0 "$SEAWALL" facts docker -q --no-image-contents --host "unix://$W/one/docker.sock" -o facts.json
image "what the engine says" '[.user, .history_known, has("files"), has("secrets")]' '["app",true,false,false]'
image "what is not read" '[.not_read[].what]' '["files","accounts","packages","secrets","package_sources","scan","signatures"]'
# ---- flaws: the kept package list is matched with what is known today ------------------------------------
mkdir -p deb/etc deb/var/lib/dpkg
printf 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n' >deb/etc/os-release
printf 'Package: oldtool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\n\n' >deb/var/lib/dpkg/status
tar -C deb -cf deb.tar .
bed docker "$W/one" import deb.tar withdeb >/dev/null
flaw() { # NUMBER FIXED
	printf '{"schema_version":"1.6.0","id":"CVE-2099-%s","modified":"2099-01-01T00:00:00Z","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],"affected":[{"package":{"ecosystem":"Debian:12","name":"oldtool"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"%s"}]}]}]}\n' "$1" "$2"
}
scanned() { # NAME WANT
	got=$(jq -rc '.images[] | select(.engine.repo_tags[0] == "withdeb:latest") | .scan | [.findings[]? | .id, .package, .fixed]' facts.json 2>&1)
	if [ "$got" = "$2" ]; then ok "$1"; else not_ok "$1" "$got, want $2"; fi
}
flaw 0001 2.0-1 >one.jsonl
{ flaw 0001 2.0-1 && flaw 0002 3.0-1; } >two.jsonl
expect "a database" 0 "$SEAWALL" db import --db one.db --name flaws one.jsonl
expect "a newer one" 0 "$SEAWALL" db import --db two.db --name flaws two.jsonl
for round in first kept; do
	expect "facts with it, $round" 0 "$SEAWALL" facts docker -q --no-containers --db one.db --host "unix://$W/one/docker.sock" -o facts.json
	scanned "its flaw, $round" '["CVE-2099-0001","oldtool","2.0-1"]'
done
expect "facts with the newer one" 0 "$SEAWALL" facts docker -q --no-containers --db two.db --host "unix://$W/one/docker.sock" -o facts.json
scanned "matched anew" '["CVE-2099-0001","oldtool","2.0-1","CVE-2099-0002","oldtool","3.0-1"]'
image "nothing to match" '.scan.not_scannable != null' true
bed stop "$W/one"

# ---- Podman -------------------------------------------------------------------------------------------------
expect "podman" 0 bed podman "$W/two"
podman() {
	bed inside "$W/two" env HOME="$W/two/home" CONTAINERS_CONF="$W/two/containers.conf" podman --root "$W/two/podman-root" \
		--runroot "$W/two/podman-run" --tmpdir "$W/two/podman-tmp" --storage-driver vfs "$@"
}
if podman import "$W/one/context/root.tar" localhost/app >podman.log 2>&1 &&
	podman run -d --name pod1 --network host --pid host --security-opt seccomp=unconfined localhost/app sleep 3600 >>podman.log 2>&1; then
	# What starts a container is back before its program is there.
	begun() { [ "$(cat "/proc/$(podman inspect -f '{{.State.Pid}}' pod1)/comm")" = sleep ]; }
	await begun
	expect "facts of podman" 0 "$SEAWALL" facts docker -q --host "unix://$W/two/podman.sock" -o facts.json
	is "podman: it runs" pod1 '[.origin, .state, .process.seccomp, .inspect.HostConfig.NetworkMode]' '["engine","running",0,"host"]'
	is "podman: its processes" pod1 '[.processes[].comm]' '["sleep"]'
	# The same without the service: by its monitor and its bundle.
	expect "facts without podman" 0 "$SEAWALL" facts docker -q --no-images -o facts.json
	id=$(podman inspect -f '{{.Id}}' pod1)
	got=$(jq -rc --arg id "$id" '.containers[] | select(.id == $id) | [.origin, .runtime.name, .process.seccomp, .inspect.HostConfig.PidMode]' facts.json)
	if [ "$got" = '["runtime","podman",0,"host"]' ]; then ok "podman by its bundle"; else not_ok "podman by its bundle" "$got"; fi
else
	not_ok "a container of podman" "$(tail -n 3 podman.log)"
fi
podman rm -f -t 0 pod1 >/dev/null 2>&1
bed stop "$W/two"

# ---- containerd ---------------------------------------------------------------------------------------------
expect "containerd" 0 bed containerd "$W/three"
umoci init --layout layout >/dev/null 2>&1
umoci new --image layout:one
umoci insert --image layout:one "$W/one/context/root" /
skopeo copy --insecure-policy oci:layout:one oci-archive:one.tar:one >/dev/null
ctr() { bed inside "$W/three" ctr -a "$W/three/containerd.sock" "$@"; }
bundle=bundle-$$
if ctr -n k8s.io images import --base-name example.org/app one.tar >ctr.log 2>&1 &&
	ctr -n k8s.io run -d --mount type=bind,src=/etc,dst=/host,options=rbind:ro --cap-add CAP_NET_ADMIN example.org/app:one $bundle sleep 3600 >>ctr.log 2>&1; then
	expect "facts of containerd" 0 "$SEAWALL" facts docker -q --no-images -o facts.json
	is "containerd: it runs" "$bundle" '[.origin, .image, .state, .runtime.name, .runtime.namespace]' \
		'["runtime","example.org/app:one","running","containerd","k8s.io"]'
	is "containerd: what it may" "$bundle" '[.inspect.HostConfig.CapAdd, .inspect.HostConfig.Privileged, .process.seccomp]' '[["NET_ADMIN"],false,0]'
	is "containerd: what it sees" "$bundle" '[.mounts[] | .host_path, .rw]' '["/etc",false]'
	expect "an engine alone, when it is named" 0 "$SEAWALL" facts docker -q --host "unix://$W/none.sock" -o facts.json
	lacks "no bundle then" facts.json "$bundle"
	ctr -n k8s.io tasks kill -s KILL $bundle >/dev/null 2>&1
else
	not_ok "a container of containerd" "$(tail -n 3 ctr.log)"
fi
bed stop "$W/three"
