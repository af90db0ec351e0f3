# SPDX-License-Identifier: Apache-2.0
# e2e: root daemon timeout=300 needs=docker,jq
# The 13 recommendations about workloads on containers of a real engine: each refused once and allowed once.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C

bed() { sh "$SOURCE/tests/docker/bed.sh" "$@"; }
dir=$W/bed
mkdir "$dir"
tidy() {
	bed stop "$dir" >/dev/null 2>&1
	stop_servers
}
trap tidy EXIT
if bed start "$dir" >bed.log 2>&1 && bed image "$dir" app 'USER app' 'EXPOSE 80' >>bed.log 2>&1; then
	ok "an engine starts"
else
	not_ok "an engine starts" "$(tail -n 3 bed.log)"
	exit
fi

cat >rules.yaml <<'END'
rules:
  container-allowed-ports: {parameters: {allowedContainerPortsList: ["80"]}}
  container-cpu-memory-limits: {parameters: {memoryLimit: 64Mi, cpuLimit: "1"}}
  host-network-ports-restricted: {parameters: {minPort: 20000, maxPort: 20099}}
  hostpath-volumes-restricted: {parameters: {allowedHostPaths: {paths: [{pathPrefix: /srv, readOnly: true}]}}}
  least-privilege-capabilities: {parameters: {allowedCapabilities: [NET_BIND_SERVICE], requiredDropCapabilities: [NET_RAW]}}
  service-allowed-ports: {parameters: {allowedServicePortsList: ["20080"]}}
  trusted-registries-only: {parameters: {allowedContainerImagesRegex: "^(app|registry\\.example\\.com/.+)$"}}
END
# create NAME OPTION...: -- a container that is good but for the options; those that come later count
create() {
	name=$1
	shift
	bed docker "$dir" create --name "$name" "$@" >/dev/null || not_ok "create $name" "docker create"
}
good="-m 64m --cpus 1 --read-only --cap-drop ALL --security-opt no-new-privileges"
# shellcheck disable=SC2086 # words
{
	create allowed $good -p 20080:80 -v /srv:/data:ro --cap-add NET_BIND_SERVICE app sleep 60
	create no-memory $good -m 0 app sleep 60
	create too-much $good -m 65m app sleep 60
	create no-cpus -m 64m --read-only --cap-drop ALL --security-opt no-new-privileges app sleep 60
	create gains -m 64m --cpus 1 --read-only --cap-drop ALL app sleep 60
	create host-pid $good --pid host app sleep 60
	create host-ipc $good --ipc host app sleep 60
	create exposes $good --expose 81 app sleep 60
	create writes -m 64m --cpus 1 --cap-drop ALL --security-opt no-new-privileges app sleep 60
	create adds $good --cap-add SYS_TIME app sleep 60
	create keeps -m 64m --cpus 1 --read-only --security-opt no-new-privileges app sleep 60
	create privileged $good --privileged app sleep 60
	create root $good -u 0:1000 app sleep 60
	create published $good -p 20081:80 app sleep 60
	create out-of-range $good -p 30080:80 app sleep 60
	create host-network $good --network host app sleep 60
	create host-path $good -v /etc:/data:ro app sleep 60
	create host-path-rw $good -v /srv:/data app sleep 60
	create foreign $good bed-base sleep 60
	create unconfined $good --security-opt apparmor=unconfined app sleep 60
}
check() { "$SEAWALL" check docker --host "unix://$dir/docker.sock" -f json "$@"; }
expect "the host is assessed" 0 check --parameters rules.yaml
cp out full.json
is() { # NAME RECOMMENDATION CONTAINER STATE
	state=$(jq -r --arg id "$2" --arg key "Container/$3" \
		'.recommendations[] | select(.id == $id) | ([.resources[] | select(.resource == $key) | .state] + [.healthy[] | select(. == $key) | "healthy"])[0]' full.json)
	if [ "$state" = "$4" ]; then ok "$1"; else not_ok "$1" "$3 is $state for $2, want $4"; fi
}
pair() { # RECOMMENDATION CONTAINER: refused; the good one is allowed
	is "$1: refuses $2" "$1" "$2" unhealthy
}
for id in container-cpu-memory-limits trusted-registries-only no-privilege-escalation no-host-pid-ipc container-allowed-ports \
	readonly-root-filesystem least-privilege-capabilities no-privileged-containers no-root-user service-allowed-ports \
	host-network-ports-restricted hostpath-volumes-restricted; do
	is "$id: allows" $id allowed healthy
done
pair container-cpu-memory-limits no-memory
pair container-cpu-memory-limits too-much
pair container-cpu-memory-limits no-cpus
pair trusted-registries-only foreign
pair no-privilege-escalation gains
pair no-host-pid-ipc host-pid
pair no-host-pid-ipc host-ipc
pair container-allowed-ports exposes
pair readonly-root-filesystem writes
pair least-privilege-capabilities adds
pair least-privilege-capabilities keeps
pair least-privilege-capabilities privileged
pair no-privileged-containers privileged
pair no-root-user root
pair service-allowed-ports published
pair host-network-ports-restricted host-network
pair host-network-ports-restricted out-of-range
pair hostpath-volumes-restricted host-path
pair hostpath-volumes-restricted host-path-rw

# The kernel here may have no AppArmor; then the same facts are judged as those of a host that has it.
if grep -q Y /sys/module/apparmor/parameters/enabled 2>/dev/null; then
	is "apparmor-profile-restricted: refuses" apparmor-profile-restricted unconfined unhealthy
	is "apparmor-profile-restricted: allows" apparmor-profile-restricted allowed healthy
else
	is "apparmor-profile-restricted: not applicable without AppArmor" apparmor-profile-restricted unconfined not_applicable
	expect "facts of the host" 0 "$SEAWALL" facts docker --host "unix://$dir/docker.sock" -o facts.json
	jq '.containers[].host.security_options |= . + ["name=apparmor"]' facts.json >armed.json
	expect "apparmor-profile-restricted: facts of a host with AppArmor" 0 "$SEAWALL" check docker -f json --parameters rules.yaml --facts armed.json
	cp out full.json
	is "apparmor-profile-restricted: refuses" apparmor-profile-restricted unconfined unhealthy
	is "apparmor-profile-restricted: allows" apparmor-profile-restricted allowed healthy
fi

expect "13 recommendations" 0 sh -c '[ "$(jq ".recommendations | length" full.json)" = 13 ]'
expect "a score" 0 jq -e '.score.percent >= 0 and .score.percent < 100' full.json
expect "without lists" 0 check
cp out full.json
is "a list that nobody has given needs a decision" trusted-registries-only allowed needs_decision
expect "a list that nobody has given is not in the score" 0 \
	jq -e '.recommendations[] | select(.id == "trusted-registries-only") | .needs_decision and (.counts_in_score | not)' full.json
printf 'unconfigured: unhealthy\n' >strict.yaml
expect "unless unhealthy is wanted" 0 check --parameters strict.yaml
cp out full.json
is "unless unhealthy is wanted: so it is" trusted-registries-only allowed unhealthy

machine=$(jq -r .host.name full.json)
cat >scoped.yaml <<END
rules:
  readonly-root-filesystem: {enforcement: disabled}
scopes:
  - name: here
    clusters: ["$machine"]
    rules: {no-privileged-containers: {enforcement: disabled}}
  - name: elsewhere
    clusters: [other]
    rules: {no-root-user: {enforcement: disabled}}
END
expect "parameters of a scope" 0 check --parameters scoped.yaml
cp out full.json
is "an effect that is off" readonly-root-filesystem writes not_applicable
is "a scope that names this machine" no-privileged-containers privileged not_applicable
is "a scope that names another one" no-root-user root unhealthy

cat >x.seawallignore.yaml <<'END'
exceptions:
  - ids: [no-privileged-containers]
    subject: misconfiguration
    path: Container/privileged
    reason: it must
    author: a
    approver: b
    expires: 2099-01-01
END
expect "an exception" 0 check --ignorefile x.seawallignore.yaml
cp out full.json
is "an exception exempts" no-privileged-containers privileged exempt
expect "names that are left out" 0 check --exclude-name privileged
expect "names that are left out: not judged" 0 sh -c '! jq -r ".recommendations[] | .resources[].resource, .healthy[]" out | grep -qx Container/privileged'
for format in table sarif csv html junit markdown; do
	expect "form $format" 0 "$SEAWALL" check docker --host "unix://$dir/docker.sock" -f $format
	has "form $format: the containers" out "Container/privileged"
done
