# SPDX-License-Identifier: Apache-2.0
# e2e: needs=skopeo,umoci,zstd,python3
# Image archives of other tools: read in place, from a pipe, compressed, damaged.
. "$SOURCE/tests/e2e/lib.sh"
read_image="$(dirname "$SEAWALL")/tests/tool/image_read"

umoci init --layout img
umoci new --image img:one
mkdir -p root
echo 'ID=test' >root/os-release
umoci insert --image img:one root/os-release /etc/os-release
head -c 300000 /dev/urandom >root/big
umoci insert --image img:one root/big /big
umoci tag --image img:one two
copy() { # FROM TO
	skopeo copy --insecure-policy "$1" "$2" >skopeo.log 2>&1 ||
		{ not_ok copy "skopeo: $(tail -n 1 skopeo.log)" && exit 1; }
}
copy oci:img:one oci-archive:oci.tar:one
copy oci:img:one docker-archive:docker.tar:example.org/team/app:1
two_layers() { # NAME
	if [ "$(grep -c '^layer ' out)" = 2 ]; then ok "$1"; else not_ok "$1" "want two layers"; fi
}

expect "layout" 0 "$read_image" oci:img:one
two_layers "layout layers"
cp out layout.out
expect "several tags need one" 3 "$read_image" oci:img
has "tags told" err "one, two"

expect "oci-archive" 0 "$read_image" oci-archive:oci.tar
grep -E '^(digest|config|layer)' out >got
grep -E '^(digest|config|layer)' layout.out >want
same "oci-archive is the layout" got want
expect "oci-archive with tag" 0 "$read_image" oci-archive:oci.tar:one
expect "oci-archive without that tag" 3 "$read_image" oci-archive:oci.tar:none
has "not found" err "not_found: image"

expect "docker-archive" 0 "$read_image" docker-archive:docker.tar
two_layers "docker-archive layers"
has "docker-archive tag" out "tag example.org/team/app:1"
expect "docker-archive with tag" 0 "$read_image" docker-archive:docker.tar:example.org/team/app:1
expect "docker-archive with number" 0 "$read_image" docker-archive:docker.tar@0
expect "docker-archive number too high" 3 "$read_image" docker-archive:docker.tar@1
expect "wrong kind" 3 "$read_image" oci-archive:docker.tar
has "wrong kind told" err "write docker-archive:"
has "an existing file is no name" err "usage: image"
expect "bare file" 3 "$read_image" ./docker.tar
has "bare file told" err "write docker-archive:./docker.tar"

# ---- several images in one, layers as links to another -------------------------------------------
mkdir many
tar -xf docker.tar -C many
(cd many && python3 - <<'END'
import json, os
m = json.load(open("manifest.json"))[0]
first = m["Layers"][0]
os.makedirs("linked", exist_ok=True)
if os.path.lexists("linked/layer.tar"):
    os.remove("linked/layer.tar")
os.symlink("../" + first, "linked/layer.tar")
other = dict(m, RepoTags=["debian:12"], Layers=["linked/layer.tar"] + m["Layers"][1:])
json.dump([m, other], open("manifest.json", "w"))
END
)
tar -cf many.tar -C many .
expect "several images need one" 3 "$read_image" docker-archive:many.tar
has "images told" err "example.org/team/app:1, debian:12"
expect "the one with a link" 0 "$read_image" docker-archive:many.tar:debian:12
two_layers "layers through a link"
expect "the same in full" 0 "$read_image" docker-archive:many.tar:docker.io/library/debian:12
expect "the second" 0 "$read_image" docker-archive:many.tar@1

# ---- a pipe, compressed ---------------------------------------------------------------------------
gzip -k docker.tar
zstd -q -k oci.tar
expect "stdin" 0 sh -c "cat docker.tar | '$read_image' -"
two_layers "stdin layers"
expect "stdin from a file" 0 sh -c "'$read_image' - <oci.tar"
expect "stdin gzip" 0 sh -c "cat docker.tar.gz | '$read_image' -"
two_layers "gzip layers"
expect "zstd file" 0 "$read_image" oci-archive:oci.tar.zst
two_layers "zstd layers"
xz -k docker.tar && expect "xz" 3 "$read_image" docker-archive:docker.tar.xz
has "xz told" err "compressed with xz: expand it first"
expect "spool limit" 3 sh -c "cat docker.tar | '$read_image' --max-spool 100000 -"
has "limit told" err "limit: image -: standard input: the archive has more than 100000 bytes"

# ---- damage ---------------------------------------------------------------------------------------
head -c 200000 docker.tar >short.tar
expect "cut off" 3 "$read_image" docker-archive:short.tar
has "cut off told" err "input: image"
head -c 100000 docker.tar.gz >short.tar.gz
expect "gzip cut off" 3 "$read_image" docker-archive:short.tar.gz
has "gzip cut off told" err "is cut off"
: >empty.tar
expect "empty" 3 "$read_image" docker-archive:empty.tar
has "empty told" err "(it is empty)"
blob=$(find img/blobs -size +250k)
printf 'XXXX' | dd of="$blob" bs=1 seek=5000 conv=notrunc 2>/dev/null
tar -cf changed.tar -C img .
expect "changed blob" 3 "$read_image" oci-archive:changed.tar:one
has "changed blob told" err "wrong digest"
expect "nothing there" 3 "$read_image" oci-archive:none.tar
has "nothing there told" err "not_found: image"
head -c 20000000 /dev/zero | gzip >zeros.gz
expect "zeros" 3 "$read_image" docker-archive:zeros.gz
expect "stalled pipe" 3 sh -c "sleep 4 | '$SEAWALL' scan --timeout 1s -"
has "stalled pipe told" err "the archive did not come in the time allowed"
