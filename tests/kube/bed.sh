#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A Kubernetes control plane for tests: etcd, kube-apiserver and kube-controller-manager on free loopback ports, with a CA of
# its own. No node, no scheduler: pods stay Pending.
#   bed.sh start DIR                    all of it, ready in seconds; writes DIR/admin.conf (a kubeconfig), DIR/ca.crt,
#                                       DIR/bin/kubectl, DIR/port, DIR/etcd.port, logs
#   bed.sh stop DIR                     ends it; DIR is the caller's to remove
#   bed.sh user DIR NAME [GROUP [DAYS]] a client certificate (DAYS may be negative) and DIR/NAME.conf
#   bed.sh certificate DIR NAME DAYS [SAN]  DIR/NAME.crt and .key of a server, for start-server
#   bed.sh kill-server DIR              kills the API server alone (nothing is said to clients)
#   bed.sh start-server DIR [FLAG...]   starts it again on the same port, flags behind the usual ones
# Environment of start: BED_CONTROLLER=no leaves the controller manager out, BED_FLAGS are more flags of the API server,
# BED_SAN more names of its certificate ("DNS:a,IP:10.0.0.1"), BED_DAYS for how long it holds.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
word=${1-} dir=${2-}
[ -n "$word" ] && [ -n "$dir" ] || { echo "usage: bed.sh start|stop|user|certificate|kill-server|start-server DIR" >&2 && exit 2; }
shift 2

key() { openssl ecparam -genkey -name prime256v1 -noout -out "$1" 2>/dev/null; }

certificate() { # NAME SUBJECT DAYS EXTENSIONS: DIR/NAME.crt, DIR/NAME.key
	key "$dir/$1.key"
	printf '%b' "$4" >"$dir/$1.ext"
	openssl req -new -key "$dir/$1.key" -subj "$2" -out "$dir/$1.csr" 2>/dev/null
	if [ "$3" -lt 0 ]; then
		: >"$dir/$1.index"
		openssl rand -hex 8 >"$dir/$1.serial"
		printf '[ca]\ndefault_ca=c\n[c]\nnew_certs_dir=%s\ndatabase=%s/%s.index\nserial=%s/%s.serial\npolicy=p\n' \
			"$dir" "$dir" "$1" "$dir" "$1" >"$dir/$1.cnf"
		printf 'default_md=sha256\nunique_subject=no\n[p]\ncommonName=supplied\norganizationName=optional\n' >>"$dir/$1.cnf"
		openssl ca -batch -notext -config "$dir/$1.cnf" -cert "$dir/ca.crt" -keyfile "$dir/ca.key" -in "$dir/$1.csr" \
			-startdate 20200101000000Z -enddate "$(date -u -d "$3 days" +%Y%m%d%H%M%SZ)" \
			-extfile "$dir/$1.ext" -out "$dir/$1.crt" 2>/dev/null
	else
		openssl x509 -req -in "$dir/$1.csr" -CA "$dir/ca.crt" -CAkey "$dir/ca.key" -CAcreateserial -days "$3" -sha256 \
			-extfile "$dir/$1.ext" -out "$dir/$1.crt" 2>/dev/null
	fi
}

server_certificate() { # NAME DAYS [SAN]
	certificate "$1" /CN=kube-apiserver "$2" \
		"extendedKeyUsage=serverAuth\nsubjectAltName=${3-DNS:localhost,IP:127.0.0.1}\n"
}

user() { # NAME [GROUP [DAYS]]
	certificate "$1" "/CN=$1${2:+/O=$2}" "${3-30}" 'extendedKeyUsage=clientAuth\n'
	cat >"$dir/$1.conf" <<END
apiVersion: v1
kind: Config
current-context: bed
clusters:
- name: bed
  cluster:
    server: https://127.0.0.1:$(cat "$dir/port")
    certificate-authority: ca.crt
users:
- name: $1
  user:
    client-certificate: $1.crt
    client-key: $1.key
contexts:
- name: bed
  context: {cluster: bed, user: $1}
END
	chmod 600 "$dir/$1.conf" "$dir/$1.key"
}

ports() { # N: free ports, one a line
	python3 -c '
import socket, sys
all = [socket.socket() for _ in range(int(sys.argv[1]))]
for s in all:
    s.bind(("127.0.0.1", 0))
    print(s.getsockname()[1])' "$1"
}

alive() { # NAME
	[ -f "$dir/$1.pid" ] && kill -0 "$(cat "$dir/$1.pid")" 2>/dev/null
}

launch() { # NAME COMMAND...
	name=$1
	shift
	"$@" >>"$dir/$name.log" 2>&1 </dev/null &
	echo $! >"$dir/$name.pid"
}

end() { # NAME SIGNAL
	[ -f "$dir/$1.pid" ] || return 0
	pid=$(cat "$dir/$1.pid")
	kill "-$2" "$pid" 2>/dev/null || :
	tries=0
	while kill -0 "$pid" 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || kill -KILL "$pid" 2>/dev/null || :
		# A child that ended and that nobody has waited for is gone for us.
		! grep -qs '^State:.*Z' "/proc/$pid/status" || break
		sleep 0.05
	done
	rm -f "$dir/$1.pid"
}

start_server() { # FLAG...
	launch kube-apiserver "$dir/bin/kube-apiserver" \
		--etcd-servers="http://127.0.0.1:$(cat "$dir/etcd.port")" --etcd-compaction-interval=0 \
		--bind-address=127.0.0.1 --secure-port="$(cat "$dir/port")" --advertise-address=127.0.0.1 \
		--endpoint-reconciler-type=none --cert-dir="$dir" \
		--tls-cert-file="$dir/server.crt" --tls-private-key-file="$dir/server.key" --client-ca-file="$dir/ca.crt" \
		--service-account-key-file="$dir/sa.pub" --service-account-signing-key-file="$dir/sa.key" \
		--service-account-issuer=https://kubernetes.default.svc --service-cluster-ip-range=10.0.0.0/24 \
		--authorization-mode=RBAC --allow-privileged=true --disable-admission-plugins=ServiceAccount \
		--max-requests-inflight=2000 --max-mutating-requests-inflight=1000 ${BED_FLAGS-} "$@"
	await_server
}

await_server() { # at most 60 s
	tries=0
	until [ "$(curl -sk --noproxy '*' --max-time 5 --cert "$dir/admin.crt" --key "$dir/admin.key" \
		"https://127.0.0.1:$(cat "$dir/port")/readyz" 2>/dev/null)" = ok ]; do
		tries=$((tries + 1))
		if [ $tries -gt 400 ] || ! alive kube-apiserver; then
			tail -n 20 "$dir/kube-apiserver.log" >&2
			echo "bed.sh: the API server does not come up" >&2
			return 1
		fi
		sleep 0.1
	done
}

start() {
	binaries=$(sh "$here/build.sh" --have) || exit 3
	mkdir -p "$dir"
	dir=$(cd "$dir" && pwd)
	ln -sfn "$binaries" "$dir/bin"
	# shellcheck disable=SC2046 # three numbers
	set -- $(ports 3)
	echo "$1" >"$dir/port"
	echo "$2" >"$dir/etcd.port"
	launch etcd etcd --name bed --data-dir "$dir/etcd" --unsafe-no-fsync --log-level error --quota-backend-bytes 4294967296 \
		--listen-client-urls "http://127.0.0.1:$2" --advertise-client-urls "http://127.0.0.1:$2" \
		--listen-peer-urls "http://127.0.0.1:$3" --initial-advertise-peer-urls "http://127.0.0.1:$3" \
		--initial-cluster "bed=http://127.0.0.1:$3"
	key "$dir/ca.key"
	openssl req -x509 -new -key "$dir/ca.key" -subj /CN=bed-ca -days 30 -sha256 -out "$dir/ca.crt" 2>/dev/null
	server_certificate server "${BED_DAYS-30}" "DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1${BED_SAN:+,$BED_SAN}"
	key "$dir/sa.key"
	openssl ec -in "$dir/sa.key" -pubout -out "$dir/sa.pub" 2>/dev/null
	user admin system:masters
	start_server
	[ "${BED_CONTROLLER-}" != no ] || return 0
	launch kube-controller-manager "$dir/bin/kube-controller-manager" --kubeconfig="$dir/admin.conf" \
		--leader-elect=false --controllers='*,-nodeipam,-attachdetach,-persistentvolume-binder' --port=0 --secure-port=0 \
		--service-account-private-key-file="$dir/sa.key" --root-ca-file="$dir/ca.crt" \
		--use-service-account-credentials=false --kube-api-qps=500 --kube-api-burst=1000 --concurrent-deployment-syncs=10 --concurrent-replicaset-syncs=10
	# The first thing it does: an account in the namespace "default".
	tries=0
	until "$dir/bin/kubectl" --kubeconfig "$dir/admin.conf" get serviceaccount default >/dev/null 2>&1; do
		tries=$((tries + 1))
		if [ $tries -gt 300 ] || ! alive kube-controller-manager; then
			tail -n 20 "$dir/kube-controller-manager.log" >&2
			echo "bed.sh: the controller manager does not come up" >&2
			return 1
		fi
		sleep 0.1
	done
}

stop() {
	end kube-controller-manager TERM
	end kube-apiserver KILL # it would wait for clients
	end etcd TERM
}

case $word in
start)
	if ! start; then
		stop
		exit 3
	fi
	;;
stop) stop ;;
user) user "$@" ;;
certificate) server_certificate "$@" ;;
kill-server) end kube-apiserver KILL ;;
start-server) start_server "$@" ;;
*) echo "bed.sh: no word '$word'" >&2 && exit 2 ;;
esac
