#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: ./dev test [--quick|--all] (which installs what this needs)
set -u
cd "$(dirname "$0")/../.." || exit
. tests/run/lib.sh
quick=
case ${1-} in
'') ;;
--quick) quick=--quick ;;
--all) export SEAWALL_TEST_ALL=yes ;;
*) echo "usage: ./dev test [--quick|--all]" >&2 && exit 2 ;;
esac

step "build gcc" ./dev build gcc
[ "$failed" = 0 ] || { total && exit; exit 1; }
step checks sh tests/run/lint.sh $quick
step "unit tests and fuzz corpora" sh tests/run/meson.sh build

for source in tests/oracle/*.c; do
	set=$(basename "$source" .c | tr _ -)
	grep -qs '^int main' "$source" || continue # what several of them share
	dir=../shared/oracles/$set
	[ "$set" = smallest-fix ] && dir=../shared/oracles # it reads three sets
	if [ -d "$dir" ]; then
		step "oracle $set" sh tests/run/oracle.sh "build/tests/oracle/$set" "$dir"
	else
		skip "oracle $set" "$dir is not there"
	fi
done

if [ -z "$quick" ] && ! sh tests/kube/build.sh --have >/dev/null 2>&1; then
	# Once on a machine; the binaries stay in a folder outside of the tree.
	if [ "${CI-}" = true ]; then
		step "kubernetes from Debian's source" sh tests/kube/build.sh
	else
		skip kubernetes "no API server is built: ./dev kubernetes does it in about 7 minutes, a run with CI=true by itself"
	fi
fi
# The second compiler, which also makes the fuzz targets, and the sanitizers in one build. It is made while the
# end-to-end tests, which wait much, go on.
builder=
if [ -z "$quick" ]; then
	nice -n 19 ./dev build asan >"$log.asan" 2>&1 &
	builder=$!
	trap 'kill "$builder" 2>/dev/null; rm -f "$log" "$log.asan"' EXIT
fi
step "end-to-end" sh tests/run/e2e.sh build/seawall $quick
if [ "${SEAWALL_TEST_ALL-}" = yes ]; then
	step "docker host in QEMU" ./dev docker-vm
else
	skip "docker host in QEMU" "takes about two minutes and a guest of 0.6 GB: ./dev docker-vm does it, and ./dev test --all"
fi

if [ -z "$quick" ]; then
	built() { wait "$builder" || { cat "$log.asan"; return 1; }; }
	step "build clang with sanitizers" built
	if [ -f build-asan/seawall ]; then
		step "asan: unit tests and fuzz corpora" sh tests/run/meson.sh build-asan
		# Not those that run something other than the binary, and in short runs not those marked as plain.
		(cd tests/e2e && grep -l '\$SEAWALL' ./*.sh | sed 's/^\.\///; s/\.sh$//; /^lib$/d') >"$log.names"
		for name in $([ "${SEAWALL_TEST_ALL-}" = yes ] || grep -l '^# e2e:.* plain' tests/e2e/*.sh); do
			name=$(basename "$name" .sh)
			sed -i "/^$name\$/d" "$log.names"
			skip "asan: $name" "its time goes into what it prepares, not into the program: ./dev test --all"
		done
		# shellcheck disable=SC2046 # a list of names
		step "asan: end-to-end" sh tests/run/e2e.sh build-asan/seawall $(cat "$log.names")
		rm -f "$log.names"
	fi
fi
total
