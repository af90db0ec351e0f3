# SPDX-License-Identifier: Apache-2.0
# e2e: root daemon timeout=240 needs=dockerd,busybox,ip,jq,unshare
# Images read where the engine keeps them, against the same images exported by it.
. "$SOURCE/tests/e2e/lib.sh"
bed() { sh "$SOURCE/tests/docker/bed.sh" "$@"; }
trap 'bed stop "$W/one"; [ ! -d "$W/small" ] || umount "$W/small" 2>/dev/null' EXIT
export BED_REGISTRY="$W/beds"
unset DOCKER_HOST DOCKER_TLS_VERIFY
host=$W/one data=$W/one/data

# ---- images that hold what layers can hold ---------------------------------------------------------------------
python3 - "$W/images.tar" "$(command -v busybox)" <<'END'
import hashlib, io, json, sys, tarfile

out = tarfile.open(sys.argv[1], "w")
blobs = {}

def put(name, data):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    out.addfile(info, io.BytesIO(data))

def layer(entries, form=tarfile.PAX_FORMAT):
    text = io.BytesIO()
    tar = tarfile.open(fileobj=text, mode="w", format=form, errors="surrogateescape")
    for name, kind, more in entries:
        info = tarfile.TarInfo(name)
        info.type = kind
        info.mode = more.get("mode", 0o755 if kind == tarfile.DIRTYPE else 0o644)
        info.uid, info.gid = more.get("owner", (0, 0))
        info.linkname = more.get("link", "")
        info.devmajor, info.devminor = more.get("device", (0, 0))
        info.pax_headers = more.get("pax", {})
        info.mtime = 1700000000
        body = more.get("data", b"")
        info.size = len(body)
        tar.addfile(info, io.BytesIO(body))
    tar.close()
    return text.getvalue()

F, D, S, H, C, B, P = tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE
busybox = open(sys.argv[2], "rb").read()
status = "".join("Package: p%d\nStatus: install ok installed\nArchitecture: amd64\nVersion: %d.1-2\nMaintainer: a <a@example.org>\n"
                 "Description: a package\n\n" % (n, n) for n in range(40)).encode()
caps = b"\x01\x00\x00\x02\x00\x04\x00\x00" + bytes(12)
base = layer([
    ("bin/", D, {}), ("bin/busybox", F, {"data": busybox, "mode": 0o755}), ("bin/sh", H, {"link": "bin/busybox"}),
    ("bin/su", F, {"data": b"#!x" * 9000, "mode": 0o4755}), ("bin/wall", F, {"data": b"w" * 16384, "mode": 0o2755, "owner": (0, 5)}),
    ("bin/ping", F, {"data": b"p" * 16385, "mode": 0o755, "pax": {"SCHILY.xattr.security.capability": caps.decode("latin1")}}),
    ("dev/", D, {}), ("dev/null", C, {"device": (1, 3), "mode": 0o666}), ("dev/loop9", B, {"device": (7, 9)}), ("dev/pipe", P, {}),
    ("etc/", D, {}), ("etc/os-release", F, {"data": b"ID=debian\nVERSION_ID=12\n"}),
    ("etc/passwd", F, {"data": b"root:x:0:0:root:/:/bin/sh\napp:x:1000:1000::/:/bin/sh\n"}),
    ("etc/group", F, {"data": b"root:x:0:\n"}), ("etc/open", F, {"data": b"open to all\n", "mode": 0o666}),
    ("usr/", D, {}), ("usr/" + "long/" * 40, D, {}), ("usr/" + "long/" * 40 + "n" * 120, F, {"data": b"long name" * 11}),
    ("usr/b\udcffd", F, {"data": b"a name that is not UTF-8"}), ("usr/empty", F, {}), ("lib", S, {"link": "usr/lib"}),
    ("usr/lib/", D, {}), ("usr/lib/a<b>&c", F, {"data": b"a name that JSON escapes"}),
    ("var/lib/dpkg/status", F, {"data": status}), ("root/", D, {}), ("root/old.env", F, {"data": b"AWS_SECRET_ACCESS_KEY=nQ7rXUtnFEMI/K7MDENGabcPxRfiCYzw1KEYab4k\n", "mode": 0o600}),
    ("var/cache/apt/archives/a.deb", F, {"data": b"d" * 70000}), ("opt/old/", D, {}), ("opt/old/setuid", F, {"data": b"x", "mode": 0o4755}),
    ("gone/setuid", F, {"data": b"y", "mode": 0o4755}), ("opt/data", F, {"data": b"0123456789abcdef" * 524288}),
])
second = layer([
    (".wh.gone", F, {}), ("opt/old/", D, {}), ("opt/old/.wh..wh..opq", F, {}), ("opt/old/new", F, {"data": b"new", "mode": 0o4711}),
    ("root/.wh.old.env", F, {}), ("./usr/dot", F, {"data": b"with a dot in front"}), ("etc/passwd", F, {"data": b"root:x:0:0:root:/:/bin/sh\n"}),
], tarfile.GNU_FORMAT)
last = layer([("app/.git/HEAD", F, {"data": b"ref: refs/heads/main\n"}), ("app/.env", F, {"data": b"AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENGabcPxRfiCYzw1KEYxyz9\n"})])
empty = layer([])
manifest = []
for name, layers in (("base", [base]), ("app", [base, second]), ("more", [base, second, empty, last]), ("same", [last, base, last]), ("none", [empty])):
    digests = ["sha256:" + hashlib.sha256(blob).hexdigest() for blob in layers]
    config = json.dumps({"architecture": "amd64", "os": "linux", "created": "2026-01-01T00:00:00Z", "config": {"User": "app", "Cmd": ["sh"], "Env": ["PATH=/bin"]},
                         "rootfs": {"type": "layers", "diff_ids": digests}, "history": [{"created_by": "COPY %d /" % n} for n in range(len(layers))]}).encode()
    put(hashlib.sha256(config).hexdigest() + ".json", config)
    files = []
    for blob, digest in zip(layers, digests):
        files.append(digest[7:] + "/layer.tar")
        if digest not in blobs:
            blobs[digest] = True
            put(files[-1], blob)
    manifest.append({"Config": hashlib.sha256(config).hexdigest() + ".json", "RepoTags": [name + ":1"], "Layers": files})
put("manifest.json", json.dumps(manifest).encode())
out.close()
END

# ---- both ways -------------------------------------------------------------------------------------------------
unseen() { # PLACE COMMAND...: with nothing at PLACE, as if it could not be read
	place=$1
	shift
	unshare -m --propagation private sh -c 'mount -t tmpfs none "$1" && shift && exec "$@"' sh "$place" "$@"
}

facts() { # FILE WRAP...: the images of the engine, looked into anew
	file=$1
	shift
	rm -rf "$W/cache"
	XDG_CACHE_HOME=$W/cache "$@" "$SEAWALL" facts docker -q --no-containers --host "unix://$host/docker.sock" -o "$W/$file.raw" &&
		jq -S '.images | map(del(.collected_at, .host_platform))' "$W/$file.raw" >"$W/$file"
}

both() { # NAME
	expect "$1: where they lie" 0 facts here.json env
	expect "$1: exported" 0 facts export.json unseen "$data/image"
	same "$1: the facts are the same" here.json export.json
	if [ "$(jq 'map(select(.files.known and (.not_read | map(.what) - ["signatures"]) == [])) | length' here.json)" = 5 ]; then
		ok "$1: all were looked into"
	else
		not_ok "$1: all were looked into" "$(jq -c 'map([.repo_tags, .not_read])' here.json)"
	fi
	for image in base app more same none; do
		target=docker-daemon:$image:1
		DOCKER_HOST=unix://$host/docker.sock "$SEAWALL" sbom -q "$target" -f cyclonedx >here.sbom
		DOCKER_HOST=unix://$host/docker.sock unseen "$data/image" "$SEAWALL" sbom -q "$target" -f cyclonedx >export.sbom
		for form in here export; do jq -S 'del(.serialNumber, .metadata.timestamp)' $form.sbom >$form.$image; done
		same "$1: bill of materials of $image" here.$image export.$image
	done
}

is() { # NAME IMAGE FILTER WANT
	got=$(jq -rc --arg i "$2:1" ".[] | select(.repo_tags == [\$i]) | $3" here.json 2>&1)
	if [ "$got" = "$4" ]; then ok "$1"; else not_ok "$1" "$got, want $4"; fi
}

expect "dockerd" 0 bed start "$host"
expect "images" 0 bed docker "$host" load -q -i "$W/images.tar"
both overlay2
is "privileged files" base '[.files.privileged[].path] | sort' '["bin/ping","bin/su","bin/wall","gone/setuid","opt/old/setuid"]'
is "whiteouts and opaque folders" app '[.files.privileged[].path] | sort' '["bin/ping","bin/su","bin/wall","opt/old/new"]'
is "capabilities are attributes" app '[.files.privileged[] | select(.capabilities) | .path]' '["bin/ping"]'
is "packages" app '[.packages.count, .os.family]' '[41,"debian"]'
is "secrets, deleted ones too" more '[.secrets.found[] | [.path, .layer, .deleted]] | sort' '[["app/.env",3,false],["root/old.env",0,true]]'
is "a layer twice" same '[.layers[].size] | [length, .[0] == .[2]]' '[3,true]'
is "caches and repositories" more '[.files.caches[].manager, .files.repositories[].path]' '["apt","app/.git/HEAD"]'

# ---- what it needs, and what it does without ----------------------------------------------------------------------
mkdir "$W/small"
mount -t tmpfs -o size=5m none "$W/small"
expect "without room for an export" 0 facts tight.json env TMPDIR="$W/small"
same "without room for an export, the same" tight.json here.json
umount "$W/small"
expect "files of layers that cannot be seen" 0 facts unseen.json unseen "$data/overlay2"
same "are exported" unseen.json here.json

# A copy of the engine's folder in its place, with one file that is another one: what was read is thrown away.
other() { # COMMAND...
	unshare -m --propagation private sh -c 'mount --bind "$1" "$2" && shift 2 && exec "$@"' sh "$W/copy" "$data" "$@"
}
cp -a "$data" "$W/copy"
# The same layer lies there twice: one image has it on another one.
printf 'ID=alpine\nVERSION_ID=12\n' >other
find "$W/copy/overlay2" -path '*/diff/etc/os-release' -exec cp other '{}' ';'
expect "another file of the same size" 0 facts other.json other
same "is not believed" other.json here.json
find "$W/copy/overlay2" -path '*/diff/etc/os-release' -delete
expect "a file that is gone" 0 facts lost.json other
same "is had by the export" lost.json here.json
find "$W/copy/image" -name tar-split.json.gz -exec sh -c 'echo "[]" >"$1"' sh '{}' ';'
expect "records that are none" 0 facts norecords.json other
same "are not used" norecords.json here.json

# What the engine itself has no more is no fact.
find "$data/overlay2" -path '*/diff/etc/os-release' -delete
expect "a file that the engine misses" 0 facts broken.json env
if [ "$(jq '[.[] | select(.repo_tags != ["none:1"]) | .not_read | map(.what) | contains(["files", "packages", "secrets"])] | [length, all]' -c broken.json)" = '[4,true]' ]; then
	ok "leaves the images unread"
else
	not_ok "leaves the images unread" "$(jq -c 'map([.repo_tags, .not_read])' broken.json)"
fi

# ---- another driver, and images that go while they are looked into -------------------------------------------------
bed stop "$host"
rm -rf "$host"
expect "dockerd with vfs" 0 bed start "$host" --storage-driver vfs
expect "images with vfs" 0 bed docker "$host" load -q -i "$W/images.tar"
both vfs
(for image in none same more app base; do bed docker "$host" rmi "$image:1"; done) >/dev/null 2>&1 &
expect "images that go" 0 facts going.json env
wait $!
if [ "$(jq '[.[] | .files.known or (.not_read | length) > 0] | all' going.json)" = true ]; then
	ok "are read or said not to be"
else
	not_ok "are read or said not to be" "$(jq -c 'map([.repo_tags, .files.known, .not_read])' going.json)"
fi
