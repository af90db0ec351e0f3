# SPDX-License-Identifier: Apache-2.0
# e2e: root daemon timeout=240 needs=containerd,dockerd,busybox,ip,jq,podman
# The container engines that other tests start (tests/docker/bed.sh), with what the program says about them: several at once,
# nothing left behind, also after a test that was killed.
. "$SOURCE/tests/e2e/lib.sh"
bed() { sh "$SOURCE/tests/docker/bed.sh" "$@"; }
trap 'for host in one two three; do bed stop "$W/$host"; done' EXIT
export BED_REGISTRY="$W/beds"

left() { # NAME...: what is still there of beds
	for name; do
		ip netns list | grep -w "$name"
	done
	grep -l "$W/" /proc/[0-9]*/cmdline 2>/dev/null | while read -r file; do
		cat "$file" 2>/dev/null | tr '\0' ' ' | grep -E 'dockerd|containerd|anchor' || :
	done
	for id in $ids; do find /sys/fs/cgroup -name "*$id*" 2>/dev/null; done
	grep " $W/" /proc/self/mountinfo
}

ids=
bed start "$W/one" 2>one.err &
first=$!
expect "a second one beside it" 0 bed start "$W/two"
wait $first || not_ok "the first one" "$(cat one.err)"
one=$(cat one/name) two=$(cat two/name)
for host in one two; do
	expect "an image in $host" 0 bed image "$W/$host" app 'USER app'
	bed docker "$W/$host" run -d --name same app sleep 3600 >"$W/$host.id" || not_ok "a container in $host" "it does not start"
	expect "facts of $host" 0 "$SEAWALL" facts docker -q --host "unix://$W/$host/docker.sock"
	if [ "$(jq -r '.containers | map(.name) | join(" ")' out)" = same ]; then ok "one container in $host"; else not_ok "one container in $host" "others"; fi
done
if ip netns list | grep -qw "$one" && ip netns list | grep -qw "$two"; then ok "two networks"; else not_ok "two networks" "one is missing"; fi
expect "privileged, without a capability of this machine" 0 bed docker "$W/two" run --rm --runtime nores --privileged app id

# The first one loses its daemon and its folder; the next that starts finds what is left.
read -r pid since <one/docker.pid
ids=$(cat one.id)
kill -KILL "$pid"
rm -rf one
expect "podman in a third" 0 bed podman "$W/three"
expect "containerd beside it" 0 bed containerd "$W/three"
if [ -z "$(left "$one" | grep -v two | grep -v three | tee out)" ]; then ok "the dead one is tidied up"; else not_ok "the dead one is tidied up" "something is left of $since"; fi
expect "facts of podman" 0 "$SEAWALL" facts docker -q --host "unix://$W/three/podman.sock"
if [ "$(jq -r .host.engine.podman out)" = true ]; then ok "it is podman"; else not_ok "it is podman" "it is not"; fi
three=$(cat three/name) ids="$ids $(cat two.id)"
expect "stop" 0 bed stop "$W/two"
expect "stop the third" 0 bed stop "$W/three"
if [ -z "$(left "$one" "$two" "$three" | tee out)" ]; then ok "nothing is left"; else not_ok "nothing is left" "something is"; fi
expect "stop twice" 0 bed stop "$W/two"
