# SPDX-License-Identifier: Apache-2.0
# Sourced: Docker hosts for the controls of the benchmark, each a bed of tests/docker/bed.sh.
#   host_good DIR    everything is as the benchmark wants it
#   host_bad DIR     everything that can be wrong on one host is
#   host_plain DIR   as Debian installs it; with swarm_good, swarm_bad for the swarm
# They need $SOURCE. Each fails with what could not be made.
bed() { sh "$SOURCE/tests/docker/bed.sh" "$@"; }

# ---- files -------------------------------------------------------------------------------------------------
host_files() { # DIR: what a host has below /etc, before the bed starts
	etc=$1/etc
	mkdir -p "$etc/docker/certs.d/registry.example.org" "$etc/default" "$etc/sysconfig" "$etc/containerd" "$etc/systemd/system" \
		"$etc/audit/rules.d"
	echo '# DOCKER_OPTS=' >"$etc/default/docker"
	echo 'OPTIONS=' >"$etc/sysconfig/docker"
	printf 'version = 2\n' >"$etc/containerd/config.toml"
	cat >"$etc/systemd/system/docker.service" <<END
[Unit]
Requires=docker.socket
[Service]
ExecStart=/usr/sbin/dockerd
END
	printf '[Socket]\nListenStream=/run/docker.sock\n' >"$etc/systemd/system/docker.socket"
	echo '{}' >"$etc/docker/daemon.json"
	for file in ca.crt client.cert client.key; do
		echo certificate >"$etc/docker/certs.d/registry.example.org/$file"
	done
	mkdir -p "$1/run/containerd"
}

audit_rules() { # DIR: each path that is to be watched
	cat <<END
-D
-w /usr/sbin/dockerd -k docker
-a always,exit -F dir=/run/containerd -F perm=wa -k docker
-w $1/data -p wa -k docker
-w /etc/docker -p wa -k docker
-w /etc/systemd/system/docker.service -k docker
-w $1/exec/containerd/containerd.sock -p rwxa -k docker
-w /run/docker.sock -k docker
-w /etc/default/docker -p wa -k docker
-w /etc/docker/daemon.json -p wa -k docker
-w /etc/containerd/config.toml -k docker
-w $1/exec/containerd/containerd.toml -k docker
-w /etc/sysconfig/docker -k docker
-w /usr/bin/containerd -k docker
-w /usr/bin/containerd-shim -k docker
-w /usr/bin/containerd-shim-runc-v1 -k docker
-w /usr/bin/containerd-shim-runc-v2 -k docker
-w /usr/sbin/runc -k docker
-w /usr/bin/runc -k docker
-e 1
END
}

# What auditd would have written of commands that ran a moment ago: each LINE the words of one.
audit_log() { # DIR LINE...
	mkdir -p "$1/log/audit"
	file=$1/log/audit/audit.log number=100 now=$(date +%s)
	shift
	echo "type=DAEMON_START msg=audit($((now - 3000000)).000:1): op=start" >"$file"
	for line; do
		number=$((number + 1))
		echo "type=SYSCALL msg=audit($((now - 60)).$number:$number): arch=c000003e syscall=59 success=yes exit=0 comm=\"docker\" exe=\"/usr/bin/docker\" key=\"docker\""
		# shellcheck disable=SC2086 # words
		set -- $line
		words=
		for word; do words="$words a$(printf '%s' "$words" | wc -w)=\"$word\""; done
		echo "type=EXECVE msg=audit($((now - 60)).$number:$number): argc=$#$words"
	done >>"$file"
	chmod 600 "$file"
}

# Answers "yes" to every request: the least that the engine takes for an authorisation plugin.
authorizer() { # DIR: its socket lies where the engine looks for it
	cat >"$1/authorizer.py" <<'END'
import http.server, json, os, socketserver, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = {"Implements": ["authz"]} if self.path == "/Plugin.Activate" else {"Allow": True}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.docker.plugins.v1.1+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self):
        return "bed"

    def log_message(self, *_):
        pass

class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

if os.path.exists(sys.argv[1]):
    os.unlink(sys.argv[1])
Server(sys.argv[1], Handler).serve_forever()
END
	mkdir -p "$1/run/docker/plugins"
	server python3 "$1/authorizer.py" "$1/run/docker/plugins/bed.sock"
	await test -S "$1/run/docker/plugins/bed.sock"
}

# ---- hosts ---------------------------------------------------------------------------------------------------
host_good() { # DIR
	host_files "$1"
	cat >"$1/etc/docker/daemon.json" <<'END'
{
  "icc": false,
  "live-restore": true,
  "userland-proxy": false,
  "no-new-privileges": true,
  "log-driver": "syslog",
  "userns-remap": "default",
  "authorization-plugins": ["bed"],
  "default-ulimits": {"nofile": {"Name": "nofile", "Hard": 1024, "Soft": 512}}
}
END
	audit_rules "$1" >"$1/etc/audit/rules.d/audit.rules"
	audit_log "$1" 'docker ps' 'docker run --privileged good true'
	{ cat /etc/environment 2>/dev/null && echo DOCKER_CONTENT_TRUST=1; } >"$1/etc/environment"
	chmod 755 "$1/etc/docker"
	find "$1/etc" -type f -exec chmod 644 '{}' +
	chmod 444 "$1"/etc/docker/certs.d/*/*
	authorizer "$1" || return
	BED_TLS=yes BED_DATA=tmpfs BED_SOCKET=/var/run/docker.sock bed start "$1" || return
	bed image "$1" good 'RUN printf "ID=debian\nVERSION_ID=12\nVERSION_CODENAME=bookworm\n" >/etc/os-release' \
		'RUN mkdir -p /var/lib/dpkg && printf "Package: base-files\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n" >/var/lib/dpkg/status' \
		'USER app' 'HEALTHCHECK CMD true' || return
	bed docker "$1" rmi bed-base >/dev/null || return
	bed docker "$1" network create own >/dev/null || return
	# On a host with user namespaces; logs of these go nowhere, as nobody listens to /dev/log here.
	good_container "$1" good-runs run -d || return
	good_container "$1" good-made create
}

good_container() { # DIR NAME WORD...: made by docker WORD...
	dir=$1 container=$2
	shift 2
	bed docker "$dir" "$@" --name "$container" --log-driver none --network own --read-only --cap-drop ALL --memory 64m \
		--cpu-shares 512 --pids-limit 50 --restart on-failure:5 --security-opt no-new-privileges \
		-p 127.0.0.1:$((18080 + ${#container})):8080 good sleep 3600 >/dev/null
}

host_bad() { # DIR
	host_files "$1"
	audit_log "$1" 'docker exec --privileged bad-runs sh' 'docker exec -u root bad-runs id'
	printf -- '-D\n-w /etc/passwd -p wa -k identity\n-w /usr/sbin/dockerd -p r -k docker\n-e 1\n' >"$1/etc/audit/rules.d/audit.rules"
	mkdir -p "$1/tls-bad"
	# Certificates that are there, for a listener that does not ask for one.
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1/tls-bad/key.pem" -out "$1/tls-bad/cert.pem" \
		-subj /CN=localhost -days 30 2>/dev/null || return
	cp "$1/tls-bad/cert.pem" "$1/tls-bad/ca.pem"
	# A profile under that name, which lets everything through.
	mkdir -p "$1/home"
	echo '{"defaultAction": "SCMP_ACT_ALLOW"}' >"$1/home/unconfined"
	BED_SOCKET=/var/run/docker.sock bed start "$1" --seccomp-profile unconfined --debug --iptables=false --insecure-registry registry.example.org:5000 \
		--experimental --cgroup-parent "/bed-parent-$$" -H tcp://127.0.0.1:2376 --tls --tlsverify=false --tlscacert "$1/tls-bad/ca.pem" \
		--tlscert "$1/tls-bad/cert.pem" --tlskey "$1/tls-bad/key.pem" || return
	chown -R 1000:1000 "$1/tls-bad" "$1/exec/containerd/containerd.sock" "$1/run/docker.sock"
	chmod 666 "$1"/tls-bad/* "$1/run/docker.sock" "$1/exec/containerd/containerd.sock"
	bed inside "$1" sh -c 'cd /etc && for file in docker docker/daemon.json default/docker sysconfig/docker \
		systemd/system/docker.service systemd/system/docker.socket; do chown 1000:1000 $file && chmod 777 $file; done
		chmod 666 docker/certs.d/*/* && chown -R 1000:1000 docker/certs.d' || return
	bad_images "$1" && bad_containers "$1"
}

bad_images() { # DIR
	bed image "$1" bad && bed image "$1" bad-unused 'LABEL used=no' && bed image "$1" bad-old 'LABEL used=never' &&
		bed image "$1" bad-sshd 'RUN printf "#!/bin/sh\nwhile true; do sleep 1000; done\n" >/bin/sshd && chmod 755 /bin/sshd' &&
		# A key is only a key as a whole.
		bed image "$1" bad-steps 'RUN printf "#!/bin/sh\n" >/bin/apt-get && chmod 755 /bin/apt-get' 'RUN apt-get update' \
			'RUN apt-get install --allow-unauthenticated telnetd' 'ADD Dockerfile /Dockerfile' \
			'RUN printf "ID=debian\nVERSION_ID=12\nVERSION_CODENAME=bookworm\n" >/etc/os-release' 'RUN chmod 4755 /bin/busybox' "ENV AWS_ACCESS_KEY_ID=AKIA""Q3EGRTS3XJ4KL2MN" \
			'RUN mkdir -p /var/lib/dpkg && printf "Package: telnetd\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n" >/var/lib/dpkg/status'
}

bad_containers() { # DIR
	dir=$1
	bed docker "$dir" run -d --name bad-runs --restart always --security-opt seccomp=unconfined -p 80:8080 -v /etc:/host/etc \
		-v "$dir/run/docker.sock:/var/run/docker.sock" -v "$dir/home:/home:rshared" bad-sshd sshd >/dev/null &&
		bed docker "$dir" run -d --name bad-host --network host --pid host --ipc host --uts host --cgroup-parent "/bed-own-$$" \
			--device /dev/null:/dev/thing --ulimit nofile=100:200 bad sleep 3600 >/dev/null &&
		# Not every machine can start it.
		bed docker "$dir" create --name bad-privileged --privileged --cap-add SYS_ADMIN --userns host bad sleep 1 >/dev/null &&
		bed docker "$dir" run -d --name bad-started --runtime nores --privileged bad sleep 3600 >/dev/null
}

host_plain() { # DIR
	host_files "$1"
	BED_SOCKET=/var/run/docker.sock bed start "$1"
}

ingress_is_gone() { # DIR: the engine removes it in the background
	! bed docker "$1" network inspect ingress >/dev/null 2>&1
}

ingress_is_own() { # DIR: and no other is listed beside it
	# shellcheck disable=SC2046 # a list of ids
	[ "$(bed docker "$1" network inspect -f '{{if .Ingress}}{{.Name}}{{end}}' $(bed docker "$1" network ls -q) | grep .)" = own-ingress ]
}

swarm_good() { # DIR
	bed docker "$1" swarm init --advertise-addr 127.0.0.1 --listen-addr 127.0.0.1:2377 --data-path-addr 127.0.0.2 \
		--autolock >/dev/null &&
		echo y | bed docker "$1" network rm ingress >/dev/null &&
		await ingress_is_gone "$1" &&
		bed docker "$1" network create -d overlay --ingress --opt encrypted own-ingress >/dev/null &&
		await ingress_is_own "$1" &&
		bed docker "$1" network create -d overlay --opt encrypted own-overlay >/dev/null &&
		echo secret | bed docker "$1" secret create one - >/dev/null
}

swarm_bad() { # DIR DIR2: a swarm of two managers, on all addresses
	bed network "$1" "$2" &&
		bed docker "$1" swarm init --advertise-addr 192.0.2.1 >/dev/null &&
		bed docker "$1" network create -d overlay open-overlay >/dev/null &&
		bed docker "$2" swarm join --advertise-addr 192.0.2.2 \
			--token "$(bed docker "$1" swarm join-token -q manager)" 192.0.2.1:2377 >/dev/null
}

old_ca() { # DIR: the swarm gets an authority that is two years old
	mkdir -p "$1/old-ca"
	(
		cd "$1/old-ca" || exit
		: >index
		echo 01 >serial
		printf '[ca]\ndefault_ca=own\n[own]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\nx509_extensions=ext\n[any]\ncommonName=supplied\n[ext]\nbasicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n' >conf
		openssl ecparam -genkey -name prime256v1 -noout -out key.pem 2>/dev/null &&
			openssl req -new -key key.pem -subj /CN=swarm-ca -out csr 2>/dev/null &&
			openssl ca -batch -config conf -selfsign -keyfile key.pem -in csr -notext -out cert.pem \
				-startdate "$(date -u -d '2 years ago' +%Y%m%d000000Z)" -enddate "$(date -u -d '10 years' +%Y%m%d000000Z)" 2>/dev/null
	) || return
	bed docker "$1" swarm ca --rotate --detach --ca-cert "$1/old-ca/cert.pem" --ca-key "$1/old-ca/key.pem" >/dev/null &&
		await has_old_ca "$1"
}

has_old_ca() { # DIR: nodes get their certificates one after the other
	bed docker "$1" info --format '{{.Swarm.Cluster.TLSInfo.TrustRoot}}' | sed '/^$/d' | cmp -s - "$1/old-ca/cert.pem"
}
