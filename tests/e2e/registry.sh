# SPDX-License-Identifier: Apache-2.0
# e2e: daemon timeout=180 needs=docker-registry,skopeo,umoci,htpasswd,openssl
# Images of a real registry with TLS and a password: skopeo writes them, we read and verify.
. "$SOURCE/tests/e2e/lib.sh"
read_image="$(dirname "$SEAWALL")/tests/tool/image_read"

# ---- certificates: an authority, the server, a client ------------------------------------------
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 2 -subj /CN=test-ca \
	2>/dev/null
openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=localhost 2>/dev/null
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' >ext
openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile ext \
	-out server.crt 2>/dev/null
# shellcheck disable=SC2094 # the program and its file
htpasswd -Bbn user 'pass word' >htpasswd

# ---- a layout with two layers, gzip and then another ---------------------------------------------
umoci init --layout img
umoci new --image img:one
mkdir -p root/etc
echo 'ID=test' >root/etc/os-release
umoci insert --image img:one root/etc /etc
head -c 3000000 /dev/urandom >root/etc/big
umoci insert --image img:one root/etc/big /big

# ---- the registry, on a port the kernel chooses ---------------------------------------------------
cat >config.yml <<END
version: 0.1
log: {level: warn}
storage: {filesystem: {rootdirectory: $W/data}}
http: {addr: "127.0.0.1:0", tls: {certificate: $W/server.crt, key: $W/server.key}}
auth: {htpasswd: {realm: test, path: $W/htpasswd}}
END
server env OTEL_TRACES_EXPORTER=none docker-registry serve config.yml
port_of() { # PID: the port it listens on
	inodes=$(find "/proc/$1/fd" -lname 'socket:*' -printf '%l\n' | tr -cd '0-9\n')
	for inode in $inodes; do
		awk -v i="$inode" '$4 == "0A" && $10 == i { split($2, a, ":"); print a[2] }' \
			/proc/net/tcp /proc/net/tcp6
	done | head -n 1 | while read -r hex; do printf '%d\n' "0x$hex"; done
}
listens() { port=$(port_of $server) && [ -n "$port" ]; }
await listens || { not_ok start "the registry does not listen: $(tail -n 3 server.log)" && exit 1; }
hub=localhost:$port

mkdir certs
cp ca.crt certs/ca.crt
copy() { # ARGUMENTS...
	skopeo copy --insecure-policy --dest-cert-dir certs --dest-creds 'user:pass word' "$@" \
		>skopeo.log 2>&1 || { not_ok push "skopeo: $(tail -n 1 skopeo.log)" && exit 1; }
}
copy oci:img:one "docker://$hub/team/app:oci"
copy --format v2s2 oci:img:one "docker://$hub/team/app:v2s2"
digest=$(skopeo inspect --cert-dir certs --creds 'user:pass word' --format '{{.Digest}}' \
	"docker://$hub/team/app:oci")

login="--ca-file ca.crt --username user --password"
export HOME="$W" DOCKER_CONFIG="$W/none" XDG_RUNTIME_DIR="$W/none"

# shellcheck disable=SC2086 # words
for kind in oci v2s2; do
	expect "reads $kind" 0 "$read_image" $login 'pass word' "docker://$hub/team/app:$kind"
	[ "$(grep -c '^layer ' out)" = 2 ] && ok "$kind layers" || not_ok "$kind layers" "want 2"
done
expect "by digest" 0 "$read_image" $login 'pass word' "$hub/team/app@$digest"
has "digest told" out "digest $digest"
expect "wrong password" 3 "$read_image" $login 'secret' "$hub/team/app:oci"
has "denied" err "denied: image"
lacks "password not told" err secret
expect "no login" 3 "$read_image" --ca-file ca.crt "$hub/team/app:oci"
has "how to log in" err "docker login $hub"
expect "unknown authority" 3 "$read_image" --username user --password 'pass word' "$hub/team/app:oci"
has "certificate told" err "certificate"
expect "insecure" 0 "$read_image" --insecure localhost --username user --password 'pass word' \
	"$hub/team/app:oci"
expect "missing tag" 3 "$read_image" $login 'pass word' "$hub/team/app:none"
has "not found" err "not_found: image"
expect "missing repository" 3 "$read_image" $login 'pass word' "$hub/none/none:1"
has "not found too" err "not_found: image"

# ---- the login files of other tools --------------------------------------------------------------
mkdir docker helper
auth=$(printf 'user:pass word' | base64)
echo "{\"auths\":{\"$hub\":{\"auth\":\"$auth\"}}}" >docker/config.json
expect "docker login" 0 env DOCKER_CONFIG=docker "$read_image" --ca-file ca.crt "$hub/team/app:oci"
printf '#!/bin/sh\nread -r s; echo "{\\"Username\\":\\"user\\",\\"Secret\\":\\"pass word\\"}"\n' \
	>helper/docker-credential-e2e
chmod +x helper/docker-credential-e2e
echo "{\"credHelpers\":{\"$hub\":\"e2e\"}}" >auth.json
expect "credential helper" 0 env PATH="$W/helper:$PATH" "$read_image" --ca-file ca.crt \
	--auth-file auth.json "$hub/team/app:oci"
expect "as a mirror" 0 env DOCKER_CONFIG=docker "$read_image" --ca-file ca.crt \
	--mirror "docker.io=$hub" team/app:oci

# ---- a registry that wants a client certificate ---------------------------------------------------
openssl req -newkey rsa:2048 -nodes -keyout client.key -out client.csr -subj /CN=client 2>/dev/null
openssl x509 -req -in client.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out client.crt \
	2>/dev/null
sed "s|key: $W/server.key|&, clientcas: [$W/ca.crt]|" config.yml >config2.yml
first=$server
server env OTEL_TRACES_EXPORTER=none docker-registry serve config2.yml
await listens || { not_ok "start with client certificates" "$(tail -n 3 server.log)" && exit 1; }
expect "client certificate" 0 "$read_image" $login 'pass word' --client-cert client.crt \
	--client-key client.key "localhost:$port/team/app:oci"
expect "no client certificate" 3 "$read_image" $login 'pass word' "localhost:$port/team/app:oci"
has "certificate wanted" err "network: image"
kill -0 "$first" 2>/dev/null && ok "first registry lives" || not_ok "first registry lives" "it ended"

# ---- a blob that was changed on disk -------------------------------------------------------------
blob=$(find data -name data -size +2000k | head -n 1)
printf 'X' | dd of="$blob" bs=1 seek=2000 conv=notrunc 2>/dev/null
expect "changed blob" 3 "$read_image" $login 'pass word' "$hub/team/app:oci"
has "wrong digest" err "wrong digest"
