#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: vm_test.sh BINARY: `seawall check docker` on the Docker host of vm.sh: what a machine without AppArmor, without a kernel
# whose audit is its own, with two versions of cgroups and without all capabilities cannot show. Last line: N passed, N failed,
# N skipped.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
binary=$(readlink -f "$1")
sh "$here/vm.sh" --have >/dev/null || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$work/root/bin" "$work/root/etc"
busybox=$(command -v busybox)
cp "$busybox" "$work/root/bin/busybox"
for tool in sh sleep; do ln "$work/root/bin/busybox" "$work/root/bin/$tool"; done
printf '#!/bin/sh\nwhile true; do sleep 1000; done\n' >"$work/root/bin/sshd"
chmod 755 "$work/root/bin/sshd"
printf 'root:x:0:0:root:/:/bin/sh\napp:x:1000:1000:app:/:/bin/sh\n' >"$work/root/etc/passwd"
mkdir "$work/test"
tar -C "$work/root" --owner 0 --group 0 -cf "$work/test/root.tar" .
cp "$binary" "$work/test/seawall"
cat >"$work/test/rules" <<'END'
-w /usr/sbin/dockerd -k docker
-a always,exit -F dir=/run/containerd -F perm=wa -k docker
-w /var/lib/docker -p wa -k docker
-w /etc/docker -p wa -k docker
-w /lib/systemd/system/docker.service -k docker
-w /run/docker/containerd/containerd.sock -k docker
-w /run/docker.sock -k docker
-w /etc/default/docker -p wa -k docker
-w /etc/docker/daemon.json -p wa -k docker
-w /etc/containerd/config.toml -k docker
-w /run/docker/containerd/containerd.toml -k docker
-w /usr/bin/containerd -k docker
-w /usr/bin/containerd-shim -k docker
-w /usr/bin/containerd-shim-runc-v1 -k docker
-w /usr/bin/containerd-shim-runc-v2 -k docker
-w /usr/sbin/runc -k docker
END
cat >"$work/test/run.sh" <<'END'
set -u
cd /test
out=/test/out
for module in overlay br_netfilter bridge veth iptable_nat; do modprobe $module 2>/dev/null; done
mkdir -p /run/containerd /etc/docker
echo '{}' >/etc/docker/daemon.json
dockerd >$out/dockerd.log 2>&1 &
tries=0
until docker version >/dev/null 2>&1; do
	tries=$((tries + 1))
	[ $tries -lt 200 ] || exit 1
	sleep 0.2
done
docker info --format '{{.CgroupVersion}} {{.SecurityOptions}}' >$out/info
docker import root.tar test:1 >/dev/null
# One after the other, beside the same daemon.
check() { # NAME FILTER
	./seawall check docker -q -f json --include-name "$2" >$out/$1.json 2>$out/$1.err
	echo "$1: status $?"
}
good="--user app --read-only --cap-drop ALL --memory 64m --cpus 0.5 --pids-limit 50 --security-opt no-new-privileges"
docker run -d --name good1 $good --network none test:1 sleep 9999 >/dev/null
docker run -d --name bad1 --privileged --network host test:1 sshd >/dev/null
docker run -d --name bad2 --cap-add ALL --security-opt apparmor=unconfined --network none --oom-score-adj -500 test:1 sleep 9999 >/dev/null
docker ps
check bad 'bad*'
auditctl -e 1 >/dev/null
auditctl -R rules >/dev/null
auditctl -l >$out/rules
check good 'good*'
# Before all others, a rule that takes one of them out.
auditctl -A never,exit -F path=/usr/sbin/runc -k first >/dev/null
check never 'good*'
./seawall facts docker -q >$out/facts.json 2>/dev/null
exit 0
END
status=0
sh "$here/vm.sh" run "$work/test" || status=$?
[ $status = 0 ] || { cat "$work/test/log" && exit 3; }
passed=0 failed=0

want() { # REPORT CONTROL STATUS
	got=$(jq -r --arg c "$2" '.controls[] | select(.number == $c) | .status' "$work/test/out/$1.json" 2>/dev/null)
	if [ "$got" = "$3" ]; then
		passed=$((passed + 1))
		echo "ok $1 $2: $3"
	else
		failed=$((failed + 1))
		echo "not ok $1 $2: $got, want $3"
		jq -c --arg c "$2" '.controls[] | select(.number == $c)' "$work/test/out/$1.json" 2>/dev/null | head -c 2000
	fi
}

fact() { # NAME FILTER: true
	if [ "$(jq -r "$2" "$work/test/out/facts.json")" = true ]; then
		passed=$((passed + 1))
		echo "ok $1"
	else
		failed=$((failed + 1))
		echo "not ok $1"
	fi
}

cat "$work/test/log" "$work/test/out/info"
for control in 5.2 5.4 5.5 5.7 5.10 5.11 5.22 5.26 4.1; do
	want bad $control fail
	want good $control pass
done
for control in 3 4 5 6 7 8 9 10 11 12 14 15 16 17 18; do
	want bad 1.1.$control fail
	want good 1.1.$control pass
done
want never 1.1.18 fail
want never 1.1.17 pass
fact "the rules are the kernel's" '.host.audit.source == "kernel" and (.host.audit.rules | length > 10)'
fact "AppArmor is on" '.host.security.apparmor'
fact "the profile of the engine" '[.containers[] | select(.name == "good1") | .inspect.AppArmorProfile] == ["docker-default"]'
fact "processes by cgroup v2" '[.containers[] | select(.name == "bad1") | .processes[].comm] | index("sshd") != null'
fact "all capabilities" '[.containers[] | select(.name == "bad1") | .process.cap_eff[]] | index("SYS_RESOURCE") != null'
fact "its own cgroup namespace" '[.containers[] | select(.name == "good1") | .process.namespaces.cgroup] == ["own"]'
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
