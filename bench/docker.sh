#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Time and peak memory of `seawall check docker` on a real engine with many containers and images, against the time that
# `docker inspect` of all of them takes, and the time from an event to the end of its cycle with --watch.
# On a machine with other work its CPU time says more than the time that passed.
#   ./dev bench docker [CONTAINERS [IMAGES [ROUNDS]]]      default 100 100 5; every fifth container runs
set -eu
cd "$(dirname "$0")/.."
containers=${1-100} images=${2-100} rounds=${3-5}
SOURCE=$PWD seawall=$PWD/build/seawall
work=$(mktemp -d)
host=$work/host
bed() { sh "$SOURCE/tests/docker/bed.sh" "$@"; }
trap 'bed stop "$host"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export XDG_CACHE_HOME="$work/cache" BED_OWNER=$$

# ---- the host ------------------------------------------------------------------------------------------------
# Images of one archive: a layer that all have, one of each its own with a package database.
archive() { # FILE COUNT
	python3 - "$1" "$2" "$(command -v busybox)" <<'END'
import hashlib, io, json, sys, tarfile

out = tarfile.open(sys.argv[1], "w")

def add(tar, name, data, mode=0o644):
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), mode
    tar.addfile(info, io.BytesIO(data))

def layer(files):
    blob = io.BytesIO()
    tar = tarfile.open(fileobj=blob, mode="w")
    for name, data, mode in files:
        add(tar, name, data, mode)
    tar.close()
    return blob.getvalue()

busybox = open(sys.argv[3], "rb").read()
base = layer([("bin/busybox", busybox, 0o755), ("bin/sleep", busybox, 0o755),
              ("etc/passwd", b"root:x:0:0:root:/:/bin/sh\napp:x:1000:1000::/:/bin/sh\n", 0o644)])
add(out, "base/layer.tar", base)
manifest = []
for n in range(int(sys.argv[2])):
    status = "".join("Package: p%d\nStatus: install ok installed\nArchitecture: amd64\nVersion: %d.%d\nMaintainer: a <a@example.org>\n"
                     "Description: a package\n\n" % (i, n, i) for i in range(90))
    files = [("var/lib/dpkg/status", status.encode(), 0o644), ("etc/os-release", b"ID=debian\nVERSION_ID=12\n", 0o644)]
    files += [("usr/share/app/file%d" % i, (b"%d of %d\n" % (i, n)) * 50, 0o644) for i in range(100)]
    own = layer(files)
    add(out, "own%d/layer.tar" % n, own)
    digests = ["sha256:" + hashlib.sha256(blob).hexdigest() for blob in (base, own)]
    config = json.dumps({"architecture": "amd64", "os": "linux", "created": "2026-01-01T00:00:00Z", "config": {"User": "app", "Cmd": ["sleep", "9999"],
                         "Env": ["PATH=/bin"]}, "rootfs": {"type": "layers", "diff_ids": digests},
                         "history": [{"created_by": "COPY base /"}, {"created_by": "COPY own%d /" % n}]}).encode()
    name = hashlib.sha256(config).hexdigest() + ".json"
    add(out, name, config)
    manifest.append({"Config": name, "RepoTags": ["app%d:1" % n], "Layers": ["base/layer.tar", "own%d/layer.tar" % n]})
add(out, "manifest.json", json.dumps(manifest).encode())
out.close()
END
}

make_containers() {
	i=0
	while [ $i -lt "$containers" ]; do
		set -- --name "container$i" --memory 64m --pids-limit 100 --read-only -p "127.0.0.1:$((20000 + i)):80" "app$((i % images)):1"
		if [ $((i % 5)) = 0 ]; then bed docker "$host" run -d "$@"; else bed docker "$host" create "$@"; fi >/dev/null
		i=$((i + 1))
	done
}

# ---- measuring ---------------------------------------------------------------------------------------------
measured() { # FILE COMMAND...: one more line in FILE: milliseconds, KiB at the peak of it and its processes together, milliseconds of CPU
	python3 - "$@" <<'END'
import os, resource, subprocess, sys, time

def words(pid):
    try:
        return open("/proc/%d/cmdline" % pid).read()
    except OSError:
        return ""

# One that was just forked and does not run its program yet has no memory of its own.
def tree(pid):
    yield pid
    try:
        children = open("/proc/%d/task/%d/children" % (pid, pid)).read().split()
    except OSError:
        return
    for child in children:
        if words(int(child)) != words(pid):
            yield from tree(int(child))

def high(pid):
    try:
        for line in open("/proc/%d/status" % pid):
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0

begin = time.monotonic()
process = subprocess.Popen(sys.argv[2:], stdout=subprocess.DEVNULL)
peak = 0
while process.poll() is None:
    peak = max(peak, sum(high(pid) for pid in tree(process.pid)))
    time.sleep(0.004)
ms = (time.monotonic() - begin) * 1000
used = resource.getrusage(resource.RUSAGE_CHILDREN)
open(sys.argv[1], "a").write("%d %d %d\n" % (ms, peak, (used.ru_utime + used.ru_stime) * 1000))
sys.exit(0 if process.returncode in (0, 1) else process.returncode)
END
}

median() { # FILE COLUMN
	cut -d ' ' -f "$2" "$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

verdict() { # TEXT VALUE MOST
	awk -v text="$1" -v value="$2" -v most="$3" 'BEGIN { print text ": " (value != "" && value <= most ? "PASS" : "MISS") }'
}

archive "$work/images.tar" "$images"
bed start "$host" 2>/dev/null
bed docker "$host" load -q -i "$work/images.tar" >/dev/null
make_containers
bed docker "$host" ps -aq --no-trunc >"$work/ids"
bed docker "$host" images -q --no-trunc >>"$work/ids"
echo "$containers containers ($(bed docker "$host" ps -q | wc -l) of them running), $(bed docker "$host" images -q | sort -u | wc -l) images"

check="$seawall check docker -q -f json --host unix://$host/docker.sock"
# shellcheck disable=SC2086 # words
measured "$work/first" $check
i=0
while [ $i -lt "$rounds" ]; do
	# shellcheck disable=SC2086,SC2046 # words
	measured "$work/check" $check
	# shellcheck disable=SC2046
	measured "$work/inspect" /usr/bin/docker -H "unix://$host/docker.sock" inspect $(cat "$work/ids")
	i=$((i + 1))
done

# ---- a change while it watches ------------------------------------------------------------------------------
# The whole cycle that an event brings, as the program tells it: the container is asked, judged, and what differs is printed.
# shellcheck disable=SC2086 # words
SEAWALL_STATS=1 $check --watch >"$work/watch.out" 2>>"$work/watch.err" &
watcher=$!
until grep -q '"started"' "$work/watch.out"; do
	kill -0 $watcher 2>/dev/null || { cat "$work/watch.err" >&2 && exit 3; }
	sleep 0.1
done
i=0
while [ $i -lt "$rounds" ]; do
	: >"$work/watch.err"
	bed docker "$host" create --name "new$i" --pid host app0:1 >/dev/null
	tries=0
	until grep -q "new$i" "$work/watch.out" || [ $tries -gt 200 ]; do
		tries=$((tries + 1))
		sleep 0.05
	done
	sleep 0.3
	grep -q "new$i" "$work/watch.out" || { echo "a new container was not told" >&2 && exit 1; }
	sed -n 's/.*cycle of \([0-9]*\) ms (events.*/\1/p' "$work/watch.err" | sort -n | tail -n 1 >>"$work/cycle"
	i=$((i + 1))
done
kill $watcher
wait $watcher || :

t=$(median "$work/inspect" 1)
for what in first check inspect; do
	awk -v what=$what -v ms="$(median "$work/$what" 1)" -v kib="$(median "$work/$what" 2)" -v cpu="$(median "$work/$what" 3)" \
		-v t="$t" 'BEGIN { printf "%-8s %6d ms (%.2f x docker inspect), %6d ms of CPU, %6.1f MiB\n", what, ms, ms / t, cpu, kib / 1024 }'
done
verdict "time of one assessment, images known, at most 1000 ms" "$(median "$work/check" 1)" 1000
verdict "memory of one assessment, at most 40 MiB" "$(median "$work/check" 2)" 40960
verdict "memory of the first assessment, at most 40 MiB" "$(median "$work/first" 2)" 40960
awk -v ms="$(median "$work/cycle" 1)" 'BEGIN { printf "watch    %6d ms from an event to what it changes\n", ms }'
verdict "a cycle after one event, at most 50 ms" "$(median "$work/cycle" 1)" 50
