# SPDX-License-Identifier: Apache-2.0
# Layers on top of each other: what we read from an image is what we read from the root file system
# that umoci makes of it.
. "$SOURCE/tests/e2e/lib.sh"
tool="$(dirname "$SEAWALL")/tests/tool"

mkdir cases bundles
if ! "$tool/image_cases" "$SOURCE/tests/data/overlay/images.txt" cases >list; then
	not_ok "cases" "cannot be written"
	exit 1
fi
rootless=
[ "$(id -u)" = 0 ] || rootless=--rootless
tab=$(printf '\t')
while IFS=$tab read -r number name reason; do
	if [ "$reason" != - ]; then
		skip "$name" "umoci differs: $reason"
		continue
	fi
	if ! umoci unpack $rootless --image "cases/$number:t" "bundles/$number" >umoci.log 2>&1; then
		not_ok "$name" "umoci: $(tail -n 1 umoci.log)"
		continue
	fi
	"$tool/inventory" "oci:cases/$number:t" >image 2>&1
	"$tool/inventory" "dir:bundles/$number/rootfs" >root 2>&1
	same "$name" image root
done <list
