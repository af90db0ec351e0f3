# SPDX-License-Identifier: Apache-2.0
# e2e: root daemon timeout=300 needs=containerd,dockerd,busybox,ip,jq,podman,setpriv
# What `seawall facts docker` tells of a real engine: each member is there or named with a true reason, from the host itself, from
# inside of a container, without rights, of a swarm, of Podman, of a machine where no daemon runs; and the built-in controls find
# every fact that they ask for.
. "$SOURCE/tests/e2e/lib.sh"
bed() { sh "$SOURCE/tests/docker/bed.sh" "$@"; }
trap 'bed stop "$W/host"; bed stop "$W/pods"' EXIT
export BED_REGISTRY="$W/beds"
facts() { bed inside "$W/host" "$SEAWALL" facts docker -q "$@"; }

is() { # NAME JQ: true of the document in $W/doc
	if [ -s "$W/doc" ] && jq -e "$2" "$W/doc" >/dev/null 2>"$W/err"; then ok "$1"; else
		jq -c '.host.not_read, .not_read' "$W/doc" >"$W/out" 2>&1
		not_ok "$1" "not so: $2"
	fi
}

# Every member of doc/facts-docker.md, section "Kind docker".
members='host.name host.os.id host.os.version_id host.os.pretty_name host.kernel host.architecture host.root host.in_container
platform.kubelet platform.root_entries platform.cloud engine.present engine.answers engine.address engine.api_version
engine.podman engine.rootless engine.version engine.info engine.swarm daemon.running daemon.pid daemon.uid daemon.gid daemon.exe
daemon.cmdline daemon.home daemon.config_file.path daemon.config_file.exists daemon.settings daemon.settings_complete
daemon.disagreements daemon.unit daemon.held daemon.socket_unit files.dockerd_binary files.containerd_run_dir files.data_root
files.config_dir files.docker_service_unit files.docker_socket_unit files.api_socket files.containerd_socket
files.containerd_config files.containerd_binary files.containerd_shim files.containerd_shim_runc_v1 files.containerd_shim_runc_v2
files.runc_binary files.daemon_json files.default_docker files.sysconfig_docker files.registry_certs files.tls_ca files.tls_cert
files.tls_key audit.source audit.rules audit.malformed audit.auditd_running accounts.docker_group accounts.socket_groups
accounts.directory accounts.subuid accounts.subgid content_trust user_sockets packages kernel.settings security.apparmor
security.selinux mounts networks published images containers containerd swarm.root_ca_not_before swarm.state_file swarm.secrets
swarm.services exec'

whole() { # NAME: no member is absent without an entry that names it, or what holds it
	# shellcheck disable=SC2086 # words
	absent=$(jq -r --args '.host as $d | [$d.not_read[].what] as $missed | $ARGS.positional[] | . as $name | split(".") as $path
		| select(([$d | paths] | index([$path])) == null)
		| select([$missed[] | . as $m | select($name == $m or ($name | startswith($m + ".")))] == [])' $members <"$W/doc")
	if [ -z "$absent" ] && [ -s "$W/doc" ]; then ok "$1"; else not_ok "$1" "neither there nor in not_read: $absent"; fi
	is "$1: each entry says why and what to do" 'all(.host.not_read[]; (.reason | length > 0) and (.remedy | length > 0))'
}

judged() { # NAME: the controls lack nothing
	bed inside "$W/host" "$SEAWALL" check docker -q -f json -o "$W/report.json" --facts "$W/doc" >"$W/out" 2>"$W/err"
	if [ -s "$W/report.json" ] && ! grep -o '"[^"]*not in the facts[^"]*"' "$W/report.json" >"$W/out"; then ok "$1"; else
		not_ok "$1" "facts that controls ask for are not there"
	fi
}

# ---- a Docker host ------------------------------------------------------------------------------------------
mkdir -p host/etc/docker/certs.d/r.example.com host/etc/systemd/system/docker.service.d host/etc/profile.d
cat >host/etc/docker/daemon.json <<'END'
{
  "icc": false,
  "log-level": "warn",
  "userland-proxy": false
}
END
echo x >host/etc/docker/certs.d/r.example.com/ca.crt
chmod 444 host/etc/docker/certs.d/r.example.com/ca.crt
printf '[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd://\n' >host/etc/systemd/system/docker.service.d/own.conf
echo 'export DOCKER_CONTENT_TRUST=1' >host/etc/profile.d/trust.sh
expect "an engine with TLS" 0 env BED_TLS=yes BED_SOCKET=/var/run/docker.sock sh "$SOURCE/tests/docker/bed.sh" start "$W/host" \
	--debug=true --default-ulimit nofile=1024:2048
bed image "$W/host" app 'USER app'
bed docker "$W/host" run -d --name web -p 127.0.0.1:8080:80 app sleep 3600 >id
bed docker "$W/host" create --name waiting app sleep 1 >/dev/null

expect "facts of the host" 0 facts
cp out doc
whole "of the host"
judged "controls of a host"
is "nothing is missing" '.host.not_read == []'
is "the daemon" ".host.daemon | .running and .exe == \"/usr/sbin/dockerd\" and .uid == 0 and .settings_complete and .pid == $(cat host/dockerd.pid)"
is "a setting of the file, with its line" '.host.daemon.settings["log-level"] == {value: "warn", source: "configuration file", where: "/etc/docker/daemon.json:3"}'
is "a setting of the command line" '.host.daemon.settings["default-ulimits"].value.nofile.Hard == 2048'
is "which containers get" '[.containers[] | select(.origin == "engine") | .host.default_ulimits.nofile.Hard] == [2048, 2048]'
is "a setting that the engine shows" '.host.daemon.settings | .debug.value and .debug.source == "api" and .icc.value == false and .icc.source == "api"'
is "all agree" '.host.daemon.disagreements == []'
is "hosts" '.host.daemon.settings.hosts.value | index("unix:///var/run/docker.sock") and index("tcp://127.0.0.1:2376")'
is "the listener wants certificates" '[.host.daemon.held[] | select(.port == 2376)] == [{protocol: "tcp", address: "127.0.0.1", port: 2376, api: false}]'
is "drop-ins" '.host.daemon.unit | (.drop_ins | length) == 1 and .exec_start == ["/usr/sbin/dockerd", "-H", "fd://"]'
is "the API socket" '.host.files.api_socket[0] | .path == "/var/run/docker.sock" and .resolved == "/run/docker.sock" and .type == "socket" and .mode_text == "0660"'
is "certificates of registries" '[.host.files.registry_certs[] | .path, .mode] == ["/etc/docker/certs.d/r.example.com/ca.crt", 292]'
is "TLS files" "[.host.files.tls_ca, .host.files.tls_key | .[0] | .exists, .mode_text, .path] == [true, \"0444\", \"$W/host/tls/ca.pem\", true, \"0400\", \"$W/host/tls/server-key.pem\"]"
is "content trust" '[.host.content_trust[] | .where, .user, .value] == ["/etc/profile.d/trust.sh:1", "", "1"]'
is "packages" '[.host.packages[].name] | index("docker.io") and index("runc") and index("bash") == null'
is "containers" '.host.containers | map(.name) | sort == ["waiting", "web"]'
is "published ports" '.host.published == [{protocol: "tcp", address: "127.0.0.1", port: 8080, owner: "web"}]'
is "who is on the bridge" ".host.networks[] | select(.name == \"bridge\") | .containers == [\"$(cat id)\"]"
is "the mounts of the daemon" '[.host.mounts[] | select(.point == "/etc")][0].type == "overlay"'
is "no swarm" '.host.engine.swarm == null and .host.swarm == {root_ca_not_before: null, state_file: null, secrets: null, services: null}'
is "documents of containers" '([.containers[] | select(.origin == "engine") | .name] | sort) == ["waiting", "web"] and (.images | length) >= 1'
await_second() { [ "$(date +%s)" -gt $(($(date -d "$(jq -r .host.daemon.started_at doc)" +%s) + 3)) ]; }
await await_second # a file as old as the daemon is the one that it has read
bed inside "$W/host" sed -i 's/"warn"/"error"/; s/"icc": false/"icc": true/' /etc/docker/daemon.json
facts >doc
judged "controls of a host whose file is younger than its daemon"
is "what that file says of itself is not believed" '(.host.daemon | .settings_complete == false and (.settings | has("log-level") | not) and .settings["default-ulimits"].value.nofile.Hard == 2048) and ([.host.not_read[] | select(.what == "daemon.settings") | .reason] == ["/etc/docker/daemon.json was changed after the daemon had started: what it says need not hold"])'
is "nor of containers" '([.containers[] | select(.origin == "engine") | .not_read[] | select(.what == "host.no_new_privileges")] | length) == 2'
is "who says it otherwise" '.host.daemon.disagreements == [{key: "icc", values: [{value: true, source: "configuration file", where: "/etc/docker/daemon.json:2"}]}]'

# ---- from inside of a container, with the host's root ---------------------------------------------------------
# The loader of the host runs the program with the host's libraries.
for loader in /lib64/ld-linux-*.so.* /lib/ld-linux-*.so.*; do
	[ ! -e "$loader" ] || break
done
libraries=/host/lib/$(uname -m)-linux-gnu:/host/usr/lib/$(uname -m)-linux-gnu
facts --no-containers --no-images >direct
if [ ! -e "$loader" ]; then
	skip "inside of a container" "no loader of the usual name"
else
	# User 0: the image's own may not read what is root's.
	bed docker "$W/host" run --rm -u 0 --name looker -v /:/host:ro --cap-add SYS_PTRACE app "/host$(readlink -f "$loader")" --library-path "$libraries" \
		"/host$SEAWALL" facts docker -q --host-root /host >doc 2>err
	cp doc out
	whole "inside of a container"
	judged "controls of it"
	is "it knows where it is" '.host.host.root == "/host" and .host.host.in_container'
	is "the same daemon" ".host.daemon.pid == $(cat host/dockerd.pid) and .host.daemon.exe == \"/usr/sbin/dockerd\""
	is "its socket, without the prefix" '.host.engine.address == "unix:///run/docker.sock"'
	jq '.host | .files, .daemon.settings, .daemon.unit, .accounts, .mounts[0], .packages' doc >inside.json
	jq '.host | .files, .daemon.settings, .daemon.unit, .accounts, .mounts[0], .packages' direct >direct.json
	same "the same files, settings, units, accounts, root file system" inside.json direct.json
	is "the audit rules are not the kernel's" '.host.audit == null or .host.audit.source == "files"'
fi

# ---- without rights -------------------------------------------------------------------------------------------
expect "facts without rights" 0 bed inside "$W/host" setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/ "$SEAWALL" \
	facts docker -q
cp out doc
whole "without rights"
is "the engine may not be asked" '.host.engine.present and .host.engine.answers == false and (.host.engine.error | contains("no right"))'
is "and the reason says so" '.host.not_read[] | select(.what == "engine.info") | (.reason | contains("no right")) and (.remedy | contains("root"))'
is "what anybody may read is there" '.host.files.daemon_json[0].exists and .host.host.os.id != null'
is "whose process it is, is known" '.host.daemon.running and .host.daemon.uid == 0 and .host.daemon.exe == null'
expect "check: an engine that cannot be asked" 3 bed inside "$W/host" setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/ \
	"$SEAWALL" check docker -q

# ---- a swarm, and an API without TLS ---------------------------------------------------------------------------
BED_TLS='' bed restart "$W/host" -H tcp://127.0.0.1:2375 2>restart.err || not_ok "restart" "$(tail -n 1 restart.err)"
bed docker "$W/host" swarm init --advertise-addr 127.0.0.1 >/dev/null
bed docker "$W/host" secret create one /etc/hostname >/dev/null
bed docker "$W/host" service create --detach --name store --env DB_PASSWORD=hidden-value --publish 90:80 --replicas 0 app sleep 9 \
	>service.log 2>&1 || not_ok "a service" "$(tail -n 1 service.log)"
agent() { bed inside "$W/host" sh -c 'grep -q ":1F0A " /proc/net/tcp /proc/net/tcp6'; } # it listens on 7946 a little later
await agent || not_ok "the agent of the swarm" "nobody listens on 7946"
expect "facts of a manager" 0 facts
cp out doc
whole "of a manager"
judged "controls of a manager"
is "nothing is missing of it" '.host.not_read == []'
is "the API without TLS is known by its answer" '[.host.daemon.held[] | select(.port == 2375) | .api] == [true]'
is "ports of the swarm are none" '[.host.daemon.held[] | select(.port == 2377 or .port == 7946) | select(.protocol | startswith("tcp")) | .api] | length >= 2 and all(. == false)'
is "the swarm" '.host.engine.swarm.JoinTokens == null and .host.engine.swarm.Spec.EncryptionConfig.AutoLockManagers == false'
is "its root certificate is of today" '(now - (.host.swarm.root_ca_not_before | fromdateiso8601)) < 90000'
is "its state" '.host.swarm.state_file.listen_addr | endswith(":2377")'
is "secrets and services" '.host.swarm.secrets == 1 and .host.swarm.services[0].name == "store" and .host.swarm.services[0].suspicious_env == ["DB_PASSWORD"]'
lacks "no token" doc SWMTKN
lacks "no value of an environment" doc hidden-value

# ---- Podman -----------------------------------------------------------------------------------------------------
expect "podman" 0 bed podman "$W/pods"
expect "facts of podman" 0 bed inside "$W/pods" "$SEAWALL" facts docker -q --no-images --host "unix://$W/pods/podman.sock"
cp out doc
whole "of podman"
is "it is podman" '.host.engine.podman and .host.engine.rootless == false and .host.engine.answers'
is "its process" '.host.daemon.running and (.host.daemon.exe | endswith("/podman"))'
is "its socket" ".host.files.api_socket[0].path == \"$W/pods/podman.sock\""

# ---- no daemon --------------------------------------------------------------------------------------------------
alone() { bed inside "$W/pods" unshare --mount --pid --fork --mount-proc "$@"; } # sees no process of others
expect "no daemon" 0 alone "$SEAWALL" facts docker -q
cp out doc
whole "of a machine without a daemon"
is "installed, and not running" '.host.engine.present and .host.engine.answers == false and .host.daemon.running == false'
# shellcheck disable=SC2016 # $0 is the program
with_data() { # SHELL: check docker, where the data of engines is what SHELL makes below an empty /var/lib
	alone sh -c 'mount -t tmpfs none /var/lib && '"$1"' && exec "$0" check docker -q -f json' "$SEAWALL"
}
expect "check: one that never ran" 0 with_data true
cp out doc
is "has nothing that could not be looked at" '[.controls[] | select(.number | test("^[45][.]")) | .status] | length > 30 and all(. != "error" and . != "pass")'
expect "check: one that is stopped and keeps images" 3 with_data 'mkdir -p /var/lib/docker/image'
cp out doc
is "says what it could not look at" '[.controls[] | select(.number | test("^5[.]")) | .status] | any(. == "error") and all(. != "pass")'
expect "check: an engine of that name is not there" 3 alone "$SEAWALL" check docker -q --host "unix://$W/none.sock"
expect "an engine of that name is not there" 0 alone "$SEAWALL" facts docker -q --host "unix://$W/none.sock"
has "what it says of it" out "no engine listens at $W/none.sock"
expect "no address" 3 "$SEAWALL" facts docker -q --host npipe://x
has "it is told" err "npipe://x"
expect "no such root" 3 "$SEAWALL" facts docker -q --host-root "$W/none"
