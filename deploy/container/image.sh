#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The container image of build/seawall, from what is installed here: nothing is fetched.
#   ./dev image [ARCHIVE [NAME]]   writes an OCI archive (build/seawall-image.tar, localhost/seawall:VERSION); then for example
#                                  skopeo copy oci-archive:build/seawall-image.tar docker://registry.example.com/seawall:1.0
# Needs root (or a user namespace: buildah unshare ./dev image) and buildah or podman.
set -eu
cd "$(dirname "$0")/../.."
program=${SEAWALL_PROGRAM-build/seawall}
version=$("$program" version | sed -n '1s/[^0-9]*\([0-9][0-9.]*\).*/\1/p')
archive=${1-build/seawall-image.tar} name=${2-localhost/seawall:$version}
tool=buildah
command -v buildah >/dev/null || tool=podman
command -v $tool >/dev/null || { echo "image.sh: neither buildah nor podman is installed" >&2 && exit 3; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
root=$work/root
mkdir -p "$root/usr/bin" "$root/etc/ssl/certs" "$root/var/lib/dpkg/status.d" "$root/tmp"
chmod 1777 "$root/tmp"
cp "$program" "$root/usr/bin/seawall"
strip "$root/usr/bin/seawall"
chmod 755 "$root/usr/bin/seawall"

# Libraries: those it is linked with, and those it opens with their first use, each with what they need in their turn.
files_of() { ldd "$1" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) .*/\1/p'; }
opened=$(sed -n 's/.*\.soname = "\(.*\)".*/\1/p' src/*/*_forward.c)
for soname in $opened; do
	found=$(/sbin/ldconfig -p | awk -v name="$soname" '$1 == name { print $NF; exit }')
	[ -n "$found" ] || { echo "image.sh: $soname is not installed" >&2 && exit 3; }
	echo "$found" >>"$work/files"
	files_of "$found" >>"$work/files"
done
files_of "$program" >>"$work/files"
sort -u "$work/files" | while read -r file; do
	mkdir -p "$root${file%/*}"
	cp -L "$file" "$root$file"
	dpkg -S "$(readlink -f "$file")" "$file" 2>/dev/null | sed -n '1s/:.*//p'
done | sort -u >"$work/packages"
echo ca-certificates >>"$work/packages"

# What scanners need to know the libraries by, and what their licences ask for.
cp -L /etc/os-release "$root/etc/os-release"
while read -r package; do
	dpkg-query -s "$package" >"$root/var/lib/dpkg/status.d/$package"
	[ ! -f "/usr/share/doc/$package/copyright" ] || {
		mkdir -p "$root/usr/share/doc/$package"
		cp -L "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/copyright"
	}
done <"$work/packages"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
echo 'seawall:x:65532:65532:seawall:/nonexistent:/nonexistent' >"$root/etc/passwd"
echo 'seawall:x:65532:' >"$root/etc/group"
find "$root" -mindepth 1 \( -type d -o -type f \) ! -path "$root/tmp" -exec chmod go-w {} +

# A storage of its own: images of this machine are left alone.
run() { $tool --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"; }
build=bud
[ $tool = buildah ] || build=build
run $build --isolation chroot --timestamp 0 --format oci -q -f deploy/container/Containerfile -t "$name" "$work" >/dev/null
rm -f "$archive"
run push -q "$name" "oci-archive:$archive:$name" >/dev/null
echo "$archive: $name, $(($(wc -c <"$archive") / 1024)) KiB, $(wc -l <"$work/packages") packages"
