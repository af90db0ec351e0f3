# SPDX-License-Identifier: Apache-2.0
# e2e: plain root daemon needs=podman,runc,ip,curl,jq,ruby,openssl,strip timeout=600
# The image of deploy/container/, run as deploy/kubernetes/ says (user, read-only root, no capabilities, no new privileges, seccomp,
# limits), in a network namespace: the webhook serves, what was run is what the manifest says, and workers say what they lack.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C
netns=seawall-image-$$
pod() { podman --root "$W/storage" --runroot "$W/run" --storage-driver vfs --cgroup-manager cgroupfs --events-backend file "$@"; }
inside() { nsenter --net="/run/netns/$netns" "$@"; }
tidy() {
	[ ! -d "$W/bed" ] || sh "$SOURCE/tests/kube/bed.sh" stop "$W/bed" >/dev/null 2>&1
	pod rm -f -t 2 webhook >/dev/null 2>&1
	stop_servers
	ip netns del "$netns" 2>/dev/null
	for folder in /sys/fs/cgroup/*/libpod_parent; do rmdir "$folder" 2>/dev/null; done
}
trap tidy EXIT
holds() { # NAME COMMAND...
	what=$1
	shift
	if "$@" >"$W/out" 2>"$W/err"; then ok "$what"; else not_ok "$what" "$(tail -n 5 "$W/container.log" 2>/dev/null)"; fi
}
if sanitized; then
	skip "the image" "the sanitizers reserve more address space than its limits give; plain builds test it"
	exit 0
fi

# --- the image
expect "the image is built of what is installed" 0 env SEAWALL_PROGRAM="$SEAWALL" sh "$SOURCE/deploy/container/image.sh" "$W/image.tar" localhost/seawall:test
pod pull -q "oci-archive:$W/image.tar" >/dev/null 2>err || not_ok "it can be loaded" "$(cat err)"
pod image inspect localhost/seawall:test >inspect.json
holds "it starts the program, as a user of its own" jq -e '.[0].Config | .Entrypoint == ["/usr/bin/seawall"] and .User == "65532:65532"' inspect.json
mkdir root
tar -xf image.tar
tar -C root -xf "blobs/sha256/$(jq -r '.manifests[0].digest' index.json | cut -d: -f2 | xargs -I{} jq -r '.layers[0].digest' blobs/sha256/{} | cut -d: -f2)"
programs() { find root -type f -perm /111 ! -name '*.so*' | sort; }
programs >found
echo root/usr/bin/seawall >want
same "there is no other program in it, and no shell" found want
find root \( -perm /6000 -o ! -type l -perm /022 ! -path root/tmp \) >found
: >want
same "nothing in it may be written by others or takes rights" found want
"$SEAWALL" sbom "dir:$W/root" -o sbom.json 2>err
holds "scanners see its packages" jq -e '[.components[].name] | index("libssl3") and index("ca-certificates") and index("libc6")' sbom.json
"$SEAWALL" scan "dir:$W/root" -f json -o scan.json 2>err
holds "it holds no secret" jq -e '.secrets | length == 0' scan.json

# --- how the manifest says it is to run
ruby -ryaml -rjson -e 'puts JSON.dump(YAML.load_stream(ARGF.read).find { |d| d && d["kind"] == "Deployment" })' \
	"$SOURCE/deploy/kubernetes/seawall.yaml" >deployment.json
spec() { jq -r ".spec.template.spec | .containers[0] as \$c | $1" deployment.json; }
uid=$(spec '.securityContext.runAsUser') gid=$(spec '.securityContext.runAsGroup')
group=$(spec '.securityContext.fsGroup') memory=$(spec '$c.resources.limits.memory' | sed 's/Mi$//') cpus=$(spec '$c.resources.limits.cpu')
set -- --user "$uid:$gid" --group-add "$group" --memory "${memory}m" --cpus "$cpus" --read-only-tmpfs=false
[ "$(spec '$c.securityContext.readOnlyRootFilesystem')" != true ] || set -- "$@" --read-only
[ "$(spec '$c.securityContext.allowPrivilegeEscalation')" != false ] || set -- "$@" --security-opt no-new-privileges
for capability in $(spec '$c.securityContext.capabilities.drop[]'); do set -- "$@" --cap-drop "$capability"; done
# podman's own profile stands for the RuntimeDefault of a node.
[ "$(spec '$c.securityContext.seccompProfile.type')" = RuntimeDefault ] || set -- "$@" --security-opt seccomp=unconfined
# What no manifest can say: the network, and limits that this machine lets a container have.
set -- "$@" --network "ns:/run/netns/$netns" --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 --pull never

ip netns add "$netns"
inside ip link set lo up
mkdir parameters policies account
echo 'rules: {no-privileged-containers: {enforcement: deny}}' >parameters/seawall-policies.yaml
mount_of() { spec "\$c.volumeMounts[] | select(.name == \"$1\") | .mountPath"; }
for volume in parameters policies account; do set -- "$@" --volume "$W/$volume:$(mount_of $volume):ro"; done
chmod 755 "$W" parameters policies account
listens() { inside curl -sk --max-time 5 https://127.0.0.1:8443/readyz | grep -qx ok; }
started() { # PODMAN-OPTIONS IMAGE ARGUMENTS: in the background; its log in container.log
	pod run --name webhook "$@" >container.log 2>&1 &
	server=$!
	servers="$servers $server"
	await listens
}
stopped() {
	pod stop -t 10 webhook >/dev/null 2>&1
	pod rm -f webhook >/dev/null 2>&1
	wait "$server" 2>/dev/null
}

# What the kernel says of the process, against what the manifest says.
status() { awk -v name="$1:" '$1 == name { print $2 }' "/proc/$process/status"; }
as_manifest() {
	process=$(pod inspect -f '{{.State.Pid}}' webhook)
	{
		echo "user $(status Uid) group $(status Gid)"
		echo "no new privileges $(status NoNewPrivs)"
		echo "seccomp $(status Seccomp)"
		echo "capabilities $(status CapEff) $(status CapPrm) $(status CapBnd) $(status CapInh) $(status CapAmb)"
		echo "root $(awk '$5 == "/" { split($6, option, ","); print option[1] }' "/proc/$process/mountinfo")"
		echo "memory $(cat "/sys/fs/cgroup/memory$(sed -n 's/.*:memory://p' "/proc/$process/cgroup")/memory.limit_in_bytes")"
		for volume in parameters policies account; do
			echo "$volume $(awk -v at="$(mount_of $volume)" '$5 == at { split($6, option, ","); print option[1] }' "/proc/$process/mountinfo")"
		done
	} >got
	none=0000000000000000
	{
		echo "user $uid group $gid"
		echo "no new privileges $([ "$(spec '$c.securityContext.allowPrivilegeEscalation')" = false ] && echo 1)"
		echo "seccomp $([ "$(spec '.securityContext.seccompProfile.type')" = RuntimeDefault ] && echo 2)"
		[ "$(spec '$c.securityContext.capabilities.drop | join(",")')" = ALL ] && echo "capabilities $none $none $none $none $none"
		echo "root $([ "$(spec '$c.securityContext.readOnlyRootFilesystem')" = true ] && echo ro)"
		echo "memory $((memory * 1048576))"
		for volume in parameters policies account; do
			spec "\$c.volumeMounts[] | select(.name == \"$volume\") | \"$volume \" + if .readOnly then \"ro\" else \"rw\" end"
		done
	} >want
}

review='{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","kind":{"group":"","version":"v1","kind":"Pod"},"operation":"CREATE","namespace":"shop","object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"app","image":"a","securityContext":{"privileged":true}}]}}}}'
# --- without a cluster: certificates in memory in place of a Secret
if started "$@" --tmpfs /tls:rw,mode=0777 localhost/seawall:test serve --webhook --listen=0.0.0.0:8443 --tls-dir=/tls/own \
	--parameters=/etc/seawall/parameters/seawall-policies.yaml --policy=/etc/seawall/policies --decision-log=-; then
	ok "the webhook serves in the container"
else
	not_ok "the webhook serves in the container" "$(tail -n 5 container.log)"
fi
as_manifest
same "it runs as the manifest says" got want
printf %s "$review" | inside curl -sk --max-time 10 --data-binary @- https://127.0.0.1:8443/v1/admit >answer
holds "and judges" jq -e '.response.allowed == false and (.response.status.message | contains("no-privileged-containers"))' answer
holds "decisions are on its standard output" await grep -q '"decision":"denied"' container.log
stopped

# --- workers in such a container: all means, or said which are missing
scan() { timeout 120 podman --root "$W/storage" --runroot "$W/run" --storage-driver vfs --cgroup-manager cgroupfs --events-backend file \
	run --rm "$@" --tmpfs /tmp:rw,mode=1777 -e TMPDIR=/tmp localhost/seawall:test scan dir:/ -f json; }
scan "$@" >scan.json 2>err
holds "a scan in it reads the image" jq -e '.status != "error" and (.coverage | length > 0)' scan.json
jq '.syscalls |= (map(.names -= ["clone", "unshare", "clone3", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"])
	| map(select(.names | length > 0)))
	| .syscalls += [{names: ["clone"], action: "SCMP_ACT_ALLOW", args: [{index: 0, value: 268435456, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ"}]}]' \
	/usr/share/containers/seccomp.json >strict.json
scan "$@" --security-opt "seccomp=$W/strict.json" >scan.json 2>strict.err
holds "where namespaces and Landlock are forbidden it reads on" jq -e '.status != "error" and (.coverage | length > 0)' scan.json
has "and says what the workers lack" strict.err 'the worker is confined without: namespaces'
has "Landlock too" strict.err 'landlock'

# --- in a cluster: the arguments of the manifest, the account of the pod
if ! sh "$SOURCE/tests/kube/build.sh" --have >out 2>err; then
	skip "the container in a cluster" "$(head -n 1 err)"
	exit 0
fi
if ! inside sh "$SOURCE/tests/kube/bed.sh" start "$W/bed" >out 2>err; then
	not_ok "the API server starts" ""
	exit 0
fi
kubectl() { inside "$W/bed/bin/kubectl" --kubeconfig "$W/bed/admin.conf" --request-timeout=20s "$@"; }
"$SEAWALL" install kubernetes --kubernetes 1.20 >all.yaml
kubectl apply -f all.yaml >/dev/null 2>err
kubectl delete deployment,service,networkpolicy,pdb --all -n seawall-system >/dev/null 2>&1
"$SEAWALL" install kubernetes --kubernetes 1.20 --url https://127.0.0.1:8443 --no-mutation >outside.yaml
kubectl apply -f outside.yaml >/dev/null 2>err
has_token() { kubectl -n seawall-system get serviceaccount seawall-webhook -o json | jq -er '.secrets[0].name'; }
server=$$
await has_token
kubectl -n seawall-system get secret "$(has_token)" -o json >secret.json
jq -r .data.token secret.json | base64 -d >account/token
jq -r '.data["ca.crt"]' secret.json | base64 -d >account/ca.crt
printf seawall-system >account/namespace
spec '$c.args[]' >arguments
# shellcheck disable=SC2046 # a word a line
if started "$@" -e KUBERNETES_SERVICE_HOST=127.0.0.1 -e "KUBERNETES_SERVICE_PORT=$(cat bed/port)" localhost/seawall:test $(cat arguments); then
	ok "in a cluster: it serves with the arguments and the account of the manifest"
else
	not_ok "in a cluster: it serves with the arguments and the account of the manifest" "$(tail -n 5 container.log)"
fi
as_manifest
same "in a cluster: it runs as the manifest says" got want
tr '\0' '\n' <"/proc/$process/cmdline" | tail -n +2 >got
same "in a cluster: the arguments are those of the manifest" got arguments
kubectl create namespace shop >/dev/null
printf '%s' "$review" | jq '.request.object' >pod.json
refused() { ! kubectl -n shop create -f pod.json >out 2>denied && grep -q no-privileged-containers denied; }
holds "in a cluster: the API server reaches it by the caBundle that it set, and a pod is refused" await refused
stopped
