# SPDX-License-Identifier: Apache-2.0
# e2e: root daemon timeout=500 needs=dockerd,busybox,ip,jq,podman,rootlesskit,setpriv,slirp4netns,newuidmap
# Engines of a user without rights: Docker (dockerd-rootless.sh) and Podman, asked by that user, by root, and without asking them; and
# processes and files of a user that claim to be those of a runtime.
. "$SOURCE/tests/e2e/lib.sh"
. "$SOURCE/tests/docker/hosts.sh"
trap 'bed stop "$W/less"; bed stop "$W/pods"' EXIT
export BED_REGISTRY="$W/beds"
host=less

is() { # NAME JQ: true of $W/doc
	if [ -s "$W/doc" ] && jq -e "$2" "$W/doc" >/dev/null 2>"$W/err"; then ok "$1"; else
		jq -c '[.host.not_read, .not_read, .skipped]' "$W/doc" >"$W/out" 2>&1
		not_ok "$1" "not so: $2"
	fi
}

as_user() { bed as-user "$W/$host" "$@"; }
as_root() { bed inside "$W/$host" --no-audit "$@"; }

verdicts() { # NAME WANT CONTROL...: of $W/report.json
	name=$1 want=$2
	shift 2
	for control; do
		got=$(jq -r --arg n "$control" '.controls[] | select(.number == $n) | .status' "$W/report.json")
		if [ "$got" = "$want" ]; then ok "$name: $control $want"; else
			jq -c --arg n "$control" '.controls[] | select(.number == $n) | [.reason, .findings]' "$W/report.json" >"$W/out"
			not_ok "$name: $control $want" "$got"
		fi
	done
}

# ---- Docker -----------------------------------------------------------------------------------------------------
expect "a rootless dockerd" 0 bed rootless "$W/less"
cp "$SEAWALL" less/user-home/seawall
read -r uid first <less/user
bed image "$W/less" app 'USER app' || not_ok "an image" "it cannot be made"
bed docker "$W/less" run -d --name web app sleep 3600 >id
bed docker "$W/less" run -d --name rooted -u 0 app sleep 3600 >/dev/null
younger() { [ "$(date +%s)" -gt $(($(stat -c %Y "$W/less/run/user/$uid/docker.pid") + 3)) ]; }
await younger # a file as old as the daemon is the one that it has read
as_user mkdir -p /srv/.config/docker/certs.d/r.example.com /srv/.config/systemd/user /srv/.docker
as_user sh -c 'echo "{\"debug\": true}" >/srv/.config/docker/daemon.json; echo x >/srv/.config/docker/certs.d/r.example.com/ca.crt
	printf "[Service]\nExecStart=/usr/share/docker.io/contrib/dockerd-rootless.sh\n" >/srv/.config/systemd/user/docker.service
	printf "[Socket]\nListenStream=%%t/docker.sock\n" >/srv/.config/systemd/user/docker.socket
	chmod 444 /srv/.config/docker/certs.d/r.example.com/ca.crt; chmod 755 /srv/.config/docker; chmod 644 /srv/.config/docker/daemon.json'
pid=$(as_root jq -n 1 >/dev/null && cat "$W/less/run/user/$uid/docker.pid")

for how in "its run-time folder" "no variable" "a context" "another folder of the home"; do
	case $how in
	"its run-time folder") set -- /srv/seawall ;;
	"no variable") set -- env -u XDG_RUNTIME_DIR /srv/seawall ;;
	"a context")
		hash=$(printf mine | sha256sum | cut -d ' ' -f 1)
		as_user mkdir -p "/srv/.docker/contexts/meta/$hash"
		as_user sh -c "echo '{\"currentContext\": \"mine\"}' >/srv/.docker/config.json
			echo '{\"Name\": \"mine\", \"Endpoints\": {\"docker\": {\"Host\": \"unix:///run/user/$uid/docker.sock\"}}}' >/srv/.docker/contexts/meta/$hash/meta.json"
		set -- env XDG_RUNTIME_DIR=/nowhere /srv/seawall
		;;
	*)
		as_user rm /srv/.docker/config.json
		as_user mkdir -p /srv/.docker/run
		as_user ln -s "/run/user/$uid/docker.sock" /srv/.docker/run/docker.sock
		set -- env XDG_RUNTIME_DIR=/nowhere /srv/seawall
		;;
	esac
	expect "facts for the user, by $how" 0 as_user "$@" facts docker -q --no-images
	cp out doc
	is "the engine is found by $how" '.host.engine.answers and .host.engine.rootless'
done
expect "facts for the user" 0 as_user /srv/seawall facts docker -q
cp out doc
is "the daemon is the user's" ".host.daemon | .running and .pid == $pid and .uid == $uid and .exe == \"/usr/sbin/dockerd\" and (.settings_complete | not)"
is "its configuration" '.host.daemon.config_file | .path == "/srv/.config/docker/daemon.json" and .exists and .valid'
is "what it has in force is another thing" '[.host.daemon.disagreements[] | select(.key == "debug") | .values[0].where] == ["/srv/.config/docker/daemon.json:1"]'
is "its data" '.host.files.data_root[0] | .path == "/srv/.local/share/docker" and .exists and .owner == "bed"'
is "its socket" ".host.files.api_socket[0] | .path == \"/run/user/$uid/docker.sock\" and .exists and .uid == $uid"
is "its containerd" ".host.files.containerd_socket[0] | .exists and .uid == $uid and (.path | startswith(\"/run/user/$uid/\"))"
is "its certificates" '[.host.files.registry_certs[].path] == ["/srv/.config/docker/certs.d/r.example.com/ca.crt"]'
is "its unit" '.host.daemon.unit.fragment == "/srv/.config/systemd/user/docker.service"'
is "the streams of its socket" "[.host.daemon.socket_unit.streams[].path] == [\"/run/user/$uid/docker.sock\"]"
is "users of its containers" "[.containers[] | select(.origin == \"engine\") | .name, .process.uid] == [\"rooted\", $uid, \"web\", $((first + 999))]"
is "their processes, without groups" '[.containers[] | select(.origin == "engine") | [.processes[].comm]] == [["sleep"], ["sleep"]]'
is "only the audit, and what its younger configuration would say, is not read" '[.host.not_read[].what] | sort == ["audit", "daemon.settings"]'
is "no engine was left out" '[.skipped[] | select(.what == "engines")] == []'

expect "check for the user" 0 as_user /srv/seawall check docker -q -f json
cp out report.json
verdicts "rootless" pass 2.1 2.10 3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.15 3.16 3.17 3.18 3.23 3.24
as_root sh -c "chown 1:1 /srv/.config/docker /srv/.config/docker/daemon.json /srv/.config/docker/certs.d/r.example.com/ca.crt /srv/.config/systemd/user/* \
	/run/user/$uid/docker.sock; chmod 666 /srv/.config/docker/daemon.json /run/user/$uid/docker.sock; chmod 777 /srv/.config/docker"
expect "check for root, of that engine" 0 as_root "$SEAWALL" check docker -q -f json --host "unix:///run/user/$uid/docker.sock"
cp out report.json
verdicts "files of somebody else" fail 3.1 3.3 3.5 3.6 3.7 3.15 3.16 3.17 3.18
verdicts "rootless" pass 2.1 3.23
as_root sh -c "chown $uid:$uid /run/user/$uid/docker.sock; chmod 660 /run/user/$uid/docker.sock"

# ---- without asking it ----------------------------------------------------------------------------------------------
mine() { # JQ: of the documents of containers of this bed's user
	jq -c "[.containers[] | select(.origin == \"runtime\" and .runtime.uid == $uid)] | $1" doc
}
same_as() { # NAME GOT WANT
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "$2, want $3"; fi
}
expect "facts for root" 0 as_root "$SEAWALL" facts docker -q --no-images
cp out doc
is "the user's engine is told, and not asked" "(.host.engine.answers | not) and ([.host.user_sockets[].path] == [\"/run/user/$uid/docker.sock\"])
	and ([.skipped[] | select(.what == \"engines\").reason] | length == 1)"
same_as "its containers by their bundles" "$(mine 'sort_by(.name) | [.[] | .name, .image, .process.uid, [.processes[].comm], .runtime.user]')" \
	"[\"rooted\",\"app\",$uid,[\"sleep\"],\"bed\",\"web\",\"app\",$((first + 999)),[\"sleep\"],\"bed\"]"
bed stop "$W/less"

# ---- Podman ---------------------------------------------------------------------------------------------------------
host=pods
expect "rootless podman" 0 bed rootless-podman "$W/pods"
cp "$SEAWALL" pods/user-home/seawall
cp less/context/root.tar pods/user-home/root.tar
read -r uid first <pods/user
podman_of() { as_user podman --storage-driver vfs "$@"; }
if ! podman_of import /srv/root.tar localhost/app >podman.log 2>&1 || ! podman_of run -d --name web localhost/app sleep 3600 >>podman.log 2>&1; then
	not_ok "a container" "$(tail -n 3 podman.log)"
fi
begun() { [ "$(cat "/proc/$(podman_of inspect -f '{{.State.Pid}}' web)/comm")" = sleep ]; } # what starts it is back before that
await begun
expect "facts for the user" 0 as_user /srv/seawall facts docker -q --no-images
cp out doc
is "Podman is found" ".host.engine | .answers and .podman and .rootless and .address == \"unix:///run/user/$uid/podman/podman.sock\""
is "its process" ".host.daemon | .running and .uid == $uid"
is "its container" "[.containers[] | select(.origin == \"engine\") | .name, .process.uid, [.processes[].comm]] == [\"web\", $uid, [\"sleep\"]]"
expect "check for the user" 0 as_user /srv/seawall check docker -q -f json
cp out report.json
verdicts "rootless Podman" pass 2.1 2.10 3.15 3.16

# ---- what others claim ------------------------------------------------------------------------------------------------
# Root has a container of Podman, too; somebody says that it is quite another one.
expect "podman of root" 0 bed podman "$W/pods/root"
rooted() {
	bed inside "$W/pods/root" env HOME="$W/pods/root/home" CONTAINERS_CONF="$W/pods/root/containers.conf" podman --root "$W/pods/root/podman-root" \
		--runroot "$W/pods/root/podman-run" --tmpdir "$W/pods/root/podman-tmp" --storage-driver vfs "$@"
}
trap 'bed stop "$W/less"; bed stop "$W/pods/root"; bed stop "$W/pods"' EXIT
rooted import "$W/less/context/root.tar" localhost/app >podman.log 2>&1
rooted run -d --name victim --network host --pid host localhost/app sleep 3600 >>podman.log 2>&1 || not_ok "a container of root" "$(tail -n 3 podman.log)"
id=$(rooted inspect -f '{{.Id}}' victim)
victim_pid=$(rooted inspect -f '{{.State.Pid}}' victim)
as_user sh -c "mkdir -p /srv/evil && cp /bin/sh /srv/conmon && echo $victim_pid >/srv/evil/pidfile
	echo '{\"ociVersion\": \"1\", \"process\": {}, \"root\": {\"readonly\": true}, \"linux\": {\"cgroupsPath\": \"/libpod_parent/libpod-$id\", \"namespaces\": [{\"type\": \"pid\"}, {\"type\": \"network\"}]}}' >/srv/evil/config.json"
claim() { # BUNDLE FILE: a process of the user that calls itself a monitor
	sh "$SOURCE/tests/docker/bed.sh" as-user "$W/$host" /srv/conmon -c 'sleep 60; :' conmon -b "$1" -c "$id" -n harmless -p "$2" &
	claimer=$!
	await grep -qx conmon "/proc/$claimer/comm" || not_ok "a false monitor" "it does not start"
}
told() { # what is told of that id
	jq -c --arg id "$id" '[.containers[] | select(.id == $id) | .runtime.user, .inspect.HostConfig.PidMode, .inspect.HostConfig.ReadonlyRootfs]' doc
}
doubted() { # NAME TEXT
	if jq -r '.skipped[].reason' doc | grep -q "$2"; then ok "$1"; else not_ok "$1" "$(jq -c .skipped doc)"; fi
}
claim /srv/evil /srv/evil/pidfile
expect "facts for root, with a false monitor" 0 as_root "$SEAWALL" facts docker -q --no-images
cp out doc
same_as "root's container is told as it is" "$(told)" '["root","host",false]'
doubted "the claim is not believed, and named" "container $id of user bed: its process belongs to somebody else"
same_as "the user's own is told as the user's" "$(mine '[.[] | .name, .runtime.name]')" '["web","podman"]'
kill "$claimer"
# The same of the user's own process, in a container of its own: that is the user's affair, and never root's.
own_pid=$(podman_of inspect -f '{{.State.Pid}}' web)
as_user sh -c "echo $own_pid >/srv/evil/pidfile; touch -d @$(podman_of inspect -f '{{.State.StartedAt.Unix}}' web) /srv/evil/pidfile"
claim /srv/evil /srv/evil/pidfile
expect "facts for root, with a lie of the user about the user's" 0 as_root "$SEAWALL" facts docker -q --no-images
cp out doc
same_as "root's container is told first, the lie as the user's" "$(told)" '["root","host",false,"bed","",true]'
kill "$claimer"
# Files that are root's, told by the user.
[ -n "$id" ] || not_ok "its id" "none"
claim_bundle=$(find "$W/pods/root/podman-root" -path "*$id/userdata" | head -n 1)
claim "$claim_bundle" "$claim_bundle/config.json"
expect "facts for root, with files of root told by the user" 0 as_root "$SEAWALL" facts docker -q --no-images
cp out doc
same_as "root's container is told once" "$(told)" '["root","host",false]'
doubted "and the user is not believed" "of user bed: .* belongs to user 0"
kill "$claimer"
# A process of a container of root that calls itself a monitor.
rooted run -d --name nested --pid host localhost/app sleep 3600 >>podman.log 2>&1
rooted exec -d nested sh -c 'printf conmon >/proc/self/comm; printf conmon >/proc/$$/comm; sleep 60; :' conmon -b /tmp -c "$id" -n y -p /tmp/x \
	>>podman.log 2>&1
in_it=$(rooted inspect -f '{{.State.Pid}}' nested)
monitor_runs() { grep -lx conmon "/proc/$in_it"/root/proc/[0-9]*/comm 2>/dev/null | grep -q . || rooted top nested comm 2>/dev/null | grep -q conmon; }
await monitor_runs || not_ok "a monitor in a container" "$(tail -n 3 podman.log)"
expect "facts for root, with a monitor in a container" 0 as_root "$SEAWALL" facts docker -q --no-images
cp out doc
same_as "root's container is told as before" "$(told)" '["root","host",false]'
doubted "it is not believed, since its root is another one" "of user root: it runs in a root of its own"
rooted rm -f -a -t 0 >/dev/null 2>&1
