#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Container engines for tests: Debian's dockerd, podman, containerd in a network and a mount namespace of their own, with
# private data. Needs root. Several beds at once do not meet.
#   bed.sh start DIR [FLAG...]     a dockerd, ready when this ends; FLAG: more flags of dockerd. API: DIR/docker.sock. Runs in DIR/home
#   bed.sh restart DIR [FLAG...]   ends dockerd and starts it again, with these flags, on the same data; containers end before
#                                  (not with BED_KEEP=yes)
#   bed.sh docker DIR ARG...       docker ARG... with that engine
#   bed.sh image DIR NAME [LINE...]
#                                  an image with a static busybox, root (0) and app (1000) in /etc/passwd; then each LINE of a
#                                  Dockerfile ("USER app") in a build FROM it
#   bed.sh inside DIR COMMAND...   runs COMMAND in the namespaces of the bed: sees its /etc, /run, loopback. With --no-audit before
#                                  COMMAND it may not ask the kernel's audit, which all beds share: rule files count
#   bed.sh podman DIR              `podman system service` in the bed. API: DIR/podman.sock
#   bed.sh rootless DIR [FLAG...]  in place of `start`: a dockerd of a user without rights (dockerd-rootless.sh), whose home is /srv in
#                                  the bed, DIR/user-home outside; DIR/user has its number and that of its first subordinate user
#   bed.sh rootless-podman DIR     `podman system service` of that user. API: DIR/podman.sock
#   bed.sh as-user DIR COMMAND...  `inside` as that user, in its home, with its run-time folder
#   bed.sh containerd DIR          a containerd in the bed: DIR/containerd.sock, state in DIR/containerd-state, ctr -a
#   bed.sh network DIR DIR2        connects two beds: DIR has 192.0.2.1, DIR2 192.0.2.2
#   bed.sh stop DIR                ends all of it; DIR is the caller's to remove
# podman, rootless-podman and containerd do without `start` (they make the bed when there is none).
#
# What the bed sees as /etc and /var/log are the machine's with DIR/etc and DIR/log over it, as /run it is DIR/run: put files there
# before `start` (DIR/etc/docker/daemon.json is its configuration), later write through `inside`. Programs outside of the bed reach the engines
# by the sockets, but see the machine's files.
#
# Environment of start:
#   BED_TLS=yes      also tcp://127.0.0.1:2376 (of the bed) with client certificates: DIR/tls/{ca,server-cert,server-key,cert,key}.pem
#   BED_SOCKET=PATH  the API socket as the bed sees it, e.g. /var/run/docker.sock; default: DIR/docker.sock
#   BED_DATA=tmpfs   the data folder is a file system of its own
#   BED_CGROUP2=yes  the engine sees a pure cgroup v2 (without limits: their controllers stay in version 1)
#   BED_OWNER=PID    who the bed is for: when that process has ended, the next bed that starts tidies up. Default: in a test
#                    (with $W) who calls this; else nobody, then `stop` ends it, or the next start once DIR is gone.
# A runtime "nores" starts privileged containers on machines that lack CAP_SYS_RESOURCE: docker run --runtime nores --privileged.
set -eu
word=${1-} dir=${2-}
[ -n "$word" ] && [ -n "$dir" ] || {
	sed -n 's/^# \{0,1\}//; 3,$p' "$0" | sed '/^set -eu/,$d' >&2
	exit 2
}
shift 2
unset DOCKER_HOST DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH DOCKER_CONFIG CONTAINER_HOST XDG_RUNTIME_DIR
registry=${BED_REGISTRY:-/var/tmp/seawall-beds} # a folder NAME for each bed: dir, owner
client=/usr/bin/docker                           # Debian's; another one in PATH may want a plugin to build
[ -x $client ] || client=docker

fail() {
	echo "bed.sh: $*" >&2
	exit 3
}

born() { # PID: when it was started, in ticks since boot
	sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

alive() { # FILE: the process that FILE names ("PID BORN") lives
	[ -f "$1" ] || return 1
	read -r pid since <"$1" || return 1
	[ -n "$since" ] && [ "$(born "$pid")" = "$since" ] && ! grep -qs '^State:.*Z' "/proc/$pid/status"
}

note() { # FILE PID
	echo "$2 $(born "$2")" >"$1"
}

launch() { # NAME COMMAND...: in the namespaces of the bed; DIR/NAME.pid, DIR/NAME.log
	name=$1
	shift
	enter "$@" >>"$dir/$name.log" 2>&1 </dev/null &
	note "$dir/$name.pid" $!
}

enter() { # COMMAND...: takes this shell's place
	read -r anchor_pid since <"$dir/anchor.pid"
	exec nsenter -t "$anchor_pid" -m -n -- "$@"
}

await() { # NAME SECONDS COMMAND...: until it succeeds, as long as DIR/NAME.pid lives
	name=$1 limit=$(($2 * 20))
	shift 2
	until "$@" >/dev/null 2>&1; do
		limit=$((limit - 1))
		if [ $limit -le 0 ] || ! alive "$dir/$name.pid"; then
			tail -n 15 "$dir/$name.log" >&2
			echo "bed.sh: $name does not come up" >&2
			return 1
		fi
		sleep 0.05
	done
}

end() { # NAME: TERM, after ten seconds KILL
	alive "$dir/$1.pid" || { rm -f "$dir/$1.pid" && return 0; }
	kill "$pid" 2>/dev/null || :
	tries=0
	while alive "$dir/$1.pid"; do
		tries=$((tries + 1))
		[ $tries -ne 200 ] || kill -KILL "$pid" 2>/dev/null || :
		sleep 0.05
	done
	rm -f "$dir/$1.pid"
}

# ---- what a bed is made of ---------------------------------------------------------------------------------
make_bed() {
	[ "$(id -u)" = 0 ] || fail "root is needed"
	mkdir -p "$dir"
	dir=$(cd "$dir" && pwd -P)
	! alive "$dir/anchor.pid" || return 0
	mkdir -p "$dir/etc" "$dir/etc-work" "$dir/log" "$dir/log-work" "$dir/run/docker/plugins" "$dir/run/lock" "$dir/home" "$registry"
	name=bed-$(printf %s "$dir" | sha256sum | cut -c 1-10)
	echo "$name" >"$dir/name"
	sweep
	mkdir -p "$registry/$name"
	echo "$dir" >"$registry/$name/dir"
	owner=${BED_OWNER-$([ -z "${W-}" ] && echo 0 || echo $PPID)}
	echo "$owner $(born "$owner")" >"$registry/$name/owner"
	ip netns add "$name" || fail "no network namespaces here"
	# Mounts of the bed stay in it; inside they are shared, as on a host with systemd. The process that keeps the namespace
	# has them before its pid is known.
	cat >"$dir/anchor.sh" <<'END'
set -eu
mount --make-rshared /
[ "${BED_DATA-}" != tmpfs ] || mount -t tmpfs -o mode=711 bed "$1/data"
mount -t overlay -o "lowerdir=/etc,upperdir=$1/etc,workdir=$1/etc-work" overlay /etc
mount -t overlay -o "lowerdir=/var/log,upperdir=$1/log,workdir=$1/log-work" overlay /var/log
mount --bind "$1/run" /run
if [ "${BED_CGROUP2-}" = yes ]; then
	umount -R /sys/fs/cgroup
	mount -t cgroup2 none /sys/fs/cgroup
fi
grep -q '^docker:' /etc/group || echo docker:x:999: >>/etc/group
ip link set lo up
: >"$1/anchor.up"
exec sleep infinity
END
	mkdir -p "$dir/data"
	rm -f "$dir/anchor.up"
	nsenter --net="/run/netns/$name" unshare -m --propagation slave sh "$dir/anchor.sh" "$dir" \
		>"$dir/anchor.log" 2>&1 </dev/null &
	note "$dir/anchor.pid" $!
	await anchor 10 test -e "$dir/anchor.up"
	cat >"$dir/nores-runc" <<'END'
#!/bin/sh
bundle= before=
for word; do
	[ "$before" != --bundle ] || bundle=$word
	before=$word
done
[ ! -f "$bundle/config.json" ] || sed -i 's/"CAP_SYS_RESOURCE",\{0,1\}//g; s/,\]/]/g' "$bundle/config.json"
exec runc "$@"
END
	chmod 755 "$dir/nores-runc"
}

find_bed() {
	[ -f "$dir/name" ] || fail "no bed in $dir"
	dir=$(cd "$dir" && pwd -P)
	name=$(cat "$dir/name")
}

sweep() { # beds whose owner has ended, or whose folder is gone
	for known in "$registry"/bed-*; do
		[ -f "$known/owner" ] && [ "${known##*/}" != "$name" ] || continue
		read -r pid since <"$known/owner" || continue
		if [ -d "$(cat "$known/dir")" ] && { [ "$pid" = 0 ] || [ "$(born "$pid")" = "$since" ]; }; then
			continue
		fi
		echo "bed.sh: tidying up $(cat "$known/dir"), whose owner has ended" >&2
		(clear_bed "${known##*/}" "$(cat "$known/dir")") || :
	done
}

members() { # NETNS: processes in that network namespace, of the bed's user, and their children (those of containers), youngest last
	inode=$(stat -L -c %i "/run/netns/$1" 2>/dev/null) || return 0
	user=none first=none
	[ ! -f "$registry/$1/user" ] || read -r user first <"$registry/$1/user"
	for process in /proc/[0-9]*; do
		[ "$(readlink "$process/ns/net" 2>/dev/null)" = "net:[$inode]" ] && echo "in ${process#/proc/}"
		sed -n "s/^PPid:[[:space:]]*/${process#/proc/} /p; s/^Uid:[[:space:]]*\([0-9]*\).*/uid ${process#/proc/} \1/p" \
			"$process/status" 2>/dev/null || :
	done | awk -v self=$$ -v user="$user" -v first="$first" '
		$1 == "in" { member[$2]; next }
		$1 == "uid" {
			if (user != "none" && ($3 == user || ($3 >= first + 0 && $3 < first + 65536))) member[$2]
			next
		}
		{ parent[$1] = $2 }
		END {
			do {
				more = 0
				for (p in parent)
					if (!(p in member) && parent[p] in member) { member[p]; more = 1 }
			} while (more)
			delete member[self]
			for (p in member) print p
		}'
}

cgroups_of() { # PID...: their folders below /sys/fs/cgroup, in each hierarchy
	for process; do
		while IFS=: read -r number controllers path; do
			[ "$path" != / ] || continue
			case $number:$controllers in
			0:*) printf '%s\n' "/sys/fs/cgroup/unified$path" "/sys/fs/cgroup$path" ;;
			*) printf '%s\n' "/sys/fs/cgroup/${controllers#name=}$path" ;;
			esac
		done <"/proc/$process/cgroup" || :
	done 2>/dev/null | sort -u
}

clear_bed() { # NAME DIR: the rest of a bed, whatever has happened to it; DIR may be gone
	# shellcheck disable=SC2046 # lists of numbers
	cgroups_of $(members "$1") >"$registry/$1/cgroups"
	tries=0
	while [ -n "$(members "$1")" ] && [ $tries -lt 100 ]; do
		# shellcheck disable=SC2046
		kill -KILL $(members "$1") 2>/dev/null || :
		tries=$((tries + 1))
		sleep 0.05
	done
	ip netns del "$1" 2>/dev/null || :
	# Containers that ended without anybody who could tidy up after them.
	for container in "$2"/data/containers/*/ "$2"/data/*/containers/*/; do
		[ -d "$container" ] || continue
		find /sys/fs/cgroup -mindepth 2 -maxdepth 4 -type d -name "$(basename "$container")" 2>/dev/null
	done >>"$registry/$1/cgroups"
	{
		flock 9
		while read -r folder; do
			case $folder in /sys/fs/cgroup/*/*) ;; *) continue ;; esac
			tries=0 # as long as the last process of it is ending, a group stays
			while [ -d "$folder" ] && ! find "$folder" -depth -type d -exec rmdir '{}' + 2>/dev/null && [ $tries -lt 100 ]; do
				tries=$((tries + 1))
				sleep 0.05
			done
		done <"$registry/$1/cgroups"
		rm -rf "${registry:?}/$1"
		# The parents belong to all beds, those that another folder lists too.
		[ "$registry" = /var/tmp/seawall-beds ] || return 0
		for other in "$registry"/bed-*; do [ ! -d "$other" ] || return 0; done
		rmdir /sys/fs/cgroup/*/bed-* /sys/fs/cgroup/*/docker /sys/fs/cgroup/*/libpod_parent /sys/fs/cgroup/*/default /sys/fs/cgroup/*/k8s.io \
			/sys/fs/cgroup/*/moby 2>/dev/null || :
	} 9>>"$registry/lock"
}

# ---- certificates -----------------------------------------------------------------------------------------
key() { openssl ecparam -genkey -name prime256v1 -noout -out "$1" 2>/dev/null; }

signed() { # NAME KEYNAME SUBJECT EXTENSIONS
	key "$dir/tls/$2.pem"
	printf '%b' "$4" >"$dir/tls/ext"
	openssl req -new -key "$dir/tls/$2.pem" -subj "$3" -out "$dir/tls/csr" 2>/dev/null
	openssl x509 -req -in "$dir/tls/csr" -CA "$dir/tls/ca.pem" -CAkey "$dir/tls/ca-key.pem" -CAcreateserial -days 30 -sha256 \
		-extfile "$dir/tls/ext" -out "$dir/tls/$1.pem" 2>/dev/null
}

make_tls() {
	[ ! -d "$dir/tls" ] || return 0
	mkdir "$dir/tls"
	key "$dir/tls/ca-key.pem"
	openssl req -x509 -new -key "$dir/tls/ca-key.pem" -subj /CN=bed-ca -days 30 -sha256 -out "$dir/tls/ca.pem" 2>/dev/null
	signed server-cert server-key /CN=localhost 'extendedKeyUsage=serverAuth\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n'
	signed cert key /CN=client 'extendedKeyUsage=clientAuth\n'
	chmod 444 "$dir/tls/ca.pem" "$dir/tls/server-cert.pem" "$dir/tls/cert.pem"
	chmod 400 "$dir/tls/ca-key.pem" "$dir/tls/server-key.pem" "$dir/tls/key.pem"
}

# ---- engines ------------------------------------------------------------------------------------------------
start_docker() { # FLAG...
	socket=${BED_SOCKET-$(cat "$dir/socket" 2>/dev/null || echo "$dir/docker.sock")}
	echo "$socket" >"$dir/socket"
	case $socket in
	"$dir"/*) ;;
	/run/* | /var/run/*) ln -sfn "run/${socket#*/run/}" "$dir/docker.sock" ;;
	*) fail "BED_SOCKET is neither below $dir nor below /run" ;;
	esac
	if [ "${BED_TLS-}" = yes ]; then
		make_tls
		set -- -H tcp://127.0.0.1:2376 --tlsverify --tlscacert "$dir/tls/ca.pem" --tlscert "$dir/tls/server-cert.pem" \
			--tlskey "$dir/tls/server-key.pem" "$@"
	fi
	launch docker env -C "$dir/home" HOME="$dir/home" dockerd --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/dockerd.pid" \
		--add-runtime "nores=$dir/nores-runc" -H "unix://$socket" "$@"
	await docker 60 curl -sf --noproxy '*' --max-time 5 --unix-socket "$dir/docker.sock" http://engine/_ping
}

start_podman() {
	# Limits above those of this machine cannot be set; crun refuses two versions of cgroups side by side.
	cat >"$dir/containers.conf" <<END
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_config_dir = "$dir/podman-networks"
END
	mkdir -p "$dir/podman-networks"
	launch podman env HOME="$dir/home" CONTAINERS_CONF="$dir/containers.conf" podman --root "$dir/podman-root" \
		--runroot "$dir/podman-run" --tmpdir "$dir/podman-tmp" --storage-driver vfs system service --time 0 "unix://$dir/podman.sock"
	await podman 60 curl -sf --noproxy '*' --max-time 5 --unix-socket "$dir/podman.sock" http://engine/_ping
}

make_user() { # somebody without rights who may have namespaces; its numbers are the bed's own
	[ ! -f "$dir/user" ] || return 0
	number=$((0x$(cut -c 5-7 "$dir/name")))
	uid=$((61000 + number)) first=$((10000000 + number * 65536))
	mkdir -p "$dir/user-home" "$dir/run/user/$uid"
	chown "$uid:$uid" "$dir/user-home" "$dir/run/user/$uid"
	chmod 700 "$dir/run/user/$uid"
	chmod 755 "$dir/user-home"
	echo "$uid $first" >"$registry/$(cat "$dir/name")/user"
	# Devices that others make accessible to everybody, and not each machine does.
	(enter sh -euc '
		mount --bind "$1/user-home" /srv
		echo "bed:x:$2:$2::/srv:/bin/sh" >>/etc/passwd
		echo "bed:x:$2:" >>/etc/group
		echo "bed:$3:65536" | tee -a /etc/subuid >>/etc/subgid
		for device in net/tun fuse; do
			file=$1/device-${device##*/}
			mknod -m 666 "$file" c $(stat -c "0x%t 0x%T" "/dev/$device")
			mount --bind "$file" "/dev/$device"
		done' sh "$dir" "$uid" "$first")
	echo "$uid $first" >"$dir/user"
}

as_user() { # COMMAND...: in its home
	read -r uid first <"$dir/user"
	enter setpriv --reuid "$uid" --regid "$uid" --clear-groups --inh-caps=-all env -i HOME=/srv XDG_RUNTIME_DIR="/run/user/$uid" \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin CONTAINERS_CONF=/srv/containers.conf \
		sh -c 'cd /srv && exec "$@"' sh "$@"
}

launch_as_user() { # NAME COMMAND...
	name=$1
	shift
	as_user "$@" >>"$dir/$name.log" 2>&1 </dev/null &
	note "$dir/$name.pid" $!
}

start_rootless() { # FLAG...
	make_user
	read -r uid first <"$dir/user"
	echo "/run/user/$uid/docker.sock" >"$dir/socket"
	ln -sfn "run/user/$uid/docker.sock" "$dir/docker.sock"
	launch_as_user docker sh /usr/share/docker.io/contrib/dockerd-rootless.sh "$@"
	await docker 60 curl -sf --noproxy '*' --max-time 5 --unix-socket "$dir/docker.sock" http://engine/_ping
}

start_rootless_podman() {
	make_user
	read -r uid first <"$dir/user"
	cat >"$dir/user-home/containers.conf" <<END
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
END
	ln -sfn "run/user/$uid/podman/podman.sock" "$dir/podman.sock"
	as_user_does mkdir -p "/run/user/$uid/podman"
	launch_as_user podman podman --storage-driver vfs system service --time 0 "unix:///run/user/$uid/podman/podman.sock"
	await podman 60 curl -sf --noproxy '*' --max-time 5 --unix-socket "$dir/podman.sock" http://engine/_ping
}

as_user_does() { (as_user "$@"); }

start_containerd() {
	cat >"$dir/containerd.toml" <<END
version = 2
root = "$dir/containerd-root"
state = "$dir/containerd-state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "$dir/containerd.sock"
END
	launch containerd containerd -c "$dir/containerd.toml"
	await containerd 60 ctr -a "$dir/containerd.sock" version
}

docker_run() { # ARG...
	HOME=$dir/home $client -H "unix://$dir/docker.sock" "$@"
}

make_image() { # NAME [LINE...]
	name=$1
	shift
	if [ ! -d "$dir/context/root" ]; then
		busybox=$(command -v busybox) || fail "busybox is not installed (busybox-static)"
		mkdir -p "$dir/context/root/bin" "$dir/context/root/etc" "$dir/context/root/tmp"
		cp "$busybox" "$dir/context/root/bin/busybox"
		for tool in sh sleep cat ls id nc httpd touch mkdir chmod chown ln adduser; do
			ln "$dir/context/root/bin/busybox" "$dir/context/root/bin/$tool"
		done
		printf 'root:x:0:0:root:/:/bin/sh\napp:x:1000:1000:app:/:/bin/sh\n' >"$dir/context/root/etc/passwd"
		printf 'root:x:0:\napp:x:1000:\n' >"$dir/context/root/etc/group"
		printf 'ID=bed\nPRETTY_NAME="Bed"\n' >"$dir/context/root/etc/os-release"
		tar -C "$dir/context/root" --owner 0 --group 0 -cf "$dir/context/root.tar" .
	fi
	if [ $# = 0 ]; then
		docker_run import "$dir/context/root.tar" "$name" >/dev/null
		return
	fi
	docker_run image inspect bed-base >/dev/null 2>&1 || docker_run import "$dir/context/root.tar" bed-base >/dev/null
	mkdir -p "$dir/context/build"
	{
		echo 'FROM bed-base'
		printf '%s\n' "$@"
	} >"$dir/context/build/Dockerfile"
	DOCKER_BUILDKIT=0 docker_run build -q -t "$name" "$dir/context/build" >/dev/null
}

connect() { # DIR2
	other=$(cat "$1/name")
	ip -n "$name" link add to-bed type veth peer name to-bed netns "$other"
	ip -n "$name" addr add 192.0.2.1/30 dev to-bed
	ip -n "$other" addr add 192.0.2.2/30 dev to-bed
	ip -n "$name" link set to-bed up
	ip -n "$other" link set to-bed up
}

end_containers() { # or dockerd would wait ten seconds for each that does not listen to TERM
	! alive "$dir/docker.pid" || timeout 10 sh -c '"$0" -H "$1" ps -q | xargs -r "$0" -H "$1" kill' $client \
		"unix://$dir/docker.sock" >/dev/null 2>&1 || :
}

stop() {
	[ -f "$dir/name" ] || return 0
	find_bed
	end_containers
	end podman
	end docker
	end containerd
	mkdir -p "$registry/$name"
	clear_bed "$name" "$dir"
	rm -f "$dir/anchor.pid" "$dir/dockerd.pid" "$dir/name" "$dir/socket" "$dir/user"
}

inside() { # [--no-audit] COMMAND...: in the folder of the caller
	less=
	[ "$1" != --no-audit ] || { less='setpriv --bounding-set=-audit_control --inh-caps=-audit_control' && shift; }
	# shellcheck disable=SC2086 # words or none
	enter $less sh -c 'cd "$1" && shift && exec "$@"' sh "$PWD" "$@"
}

case $word in
start)
	make_bed
	start_docker "$@" || { stop && exit 3; }
	;;
restart)
	find_bed
	[ "${BED_KEEP-}" = yes ] || end_containers
	end docker
	start_docker "$@"
	;;
rootless)
	make_bed
	start_rootless "$@" || { stop && exit 3; }
	;;
rootless-podman)
	make_bed
	start_rootless_podman || { stop && exit 3; }
	;;
as-user)
	find_bed
	as_user "$@"
	;;
podman | containerd)
	make_bed
	"start_$word" || { stop && exit 3; }
	;;
docker)
	find_bed
	docker_run "$@"
	;;
image)
	find_bed
	make_image "$@"
	;;
inside)
	find_bed
	inside "$@"
	;;
network)
	find_bed
	connect "$@"
	;;
stop) stop ;;
*) fail "no word '$word'" ;;
esac
