#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: build.sh: prints the folder with kube-apiserver, kube-controller-manager and kubectl; builds them first where they
# are not there. Taken is Debian's source package "kubernetes" (the whole tree with its vendor folder) with Debian's Go; nothing
# of the system is changed. The folder lies outside the tree, named by the version of the source package and the recipe:
# $SEAWALL_KUBERNETES, else ~/.cache/seawall-kubernetes. What is needed beside Go: rsync, make, 2 GB, 6 to 8 minutes.
#   build.sh --have   prints the folder, or says what to do and ends with 1
set -eu
# One of its libraries, reflect2, walks through maps as they were before Go 1.18: a kube-apiserver that is built with it dies of
# the first patch that a mutating webhook answers with. Debian's source package of that library has the version that does not.
programs="kube-apiserver kube-controller-manager kubectl"
recipe=2 # how it is built; a folder made by another recipe is not taken
store=${SEAWALL_KUBERNETES:-$HOME/.cache/seawall-kubernetes}

have() { # prints the folder of the newest version that is whole
	found=
	for folder in "$store"/[0-9]*"+recipe$recipe"; do
		for program in $programs; do [ -x "$folder/$program" ] || continue 2; done
		found=$folder
	done
	[ -n "$found" ] && echo "$found"
}

have && exit
if [ "${1-}" = --have ]; then
	echo "no kube-apiserver in $store: ./dev kubernetes builds it (about 7 minutes)" >&2
	exit 1
fi
for tool in /usr/lib/go-1.19/bin/go rsync make; do
	command -v $tool >/dev/null || { echo "build.sh: $tool is not installed (./dev install test)" >&2 && exit 3; }
done

mkdir -p "$store"
exec 9>"$store/lock"
flock 9 # one build at a time; the next one finds it done
have && exit
work=$(mktemp -d "$store/build.XXXXXX")
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
start=$(date +%s)

# The package lists of the sources, in a folder of our own.
mkdir -p "$work/apt/parts" "$work/apt/lists/partial" "$work/apt/cache/archives/partial"
for list in /etc/apt/sources.list.d/*.sources; do
	[ ! -f "$list" ] || sed 's/^Types:.*/Types: deb-src/' "$list" >"$work/apt/parts/${list##*/}"
done
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
	[ ! -f "$list" ] || sed -n 's/^deb /deb-src /p' "$list" >"$work/apt/parts/${list##*/}"
done
apt() {
	apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$work/apt/parts" \
		-o Dir::State::lists="$work/apt/lists" -o Dir::Cache="$work/apt/cache" \
		-o APT::Sandbox::User="$(id -un)" "$@" >&2
}
cd "$work"
apt update
apt source --download-only kubernetes golang-github-modern-go-reflect2
version=$(sed -n 's/^Version: *//p' kubernetes_*.dsc | head -n 1)
upstream=${version%-*}
upstream=${upstream##*+really} # "1.20.5+really1.20.2" is 1.20.2
mkdir -p gp/src/k8s.io
tar -C gp/src/k8s.io -xzf kubernetes_*.orig.tar.gz
mv gp/src/k8s.io/kubernetes-* gp/src/k8s.io/kubernetes
library=gp/src/k8s.io/kubernetes/vendor/github.com/modern-go/reflect2
rm -rf "$library" && mkdir "$library"
tar -C "$library" --strip-components=1 -xf golang-github-modern-go-reflect2_*.orig.tar.*
what=
for program in $programs; do what="$what cmd/$program"; done
if ! env GOPATH="$work/gp" GOCACHE="$work/go-build" PATH="/usr/lib/go-1.19/bin:$PATH" CGO_ENABLED=0 GOPROXY=off \
	GOFLAGS=-trimpath KUBE_GIT_VERSION="v${upstream%%+*}" KUBE_GIT_TREE_STATE=archive \
	nice make -C gp/src/k8s.io/kubernetes WHAT="$what" >make.log 2>&1; then
	tail -n 40 make.log >&2
	exit 3
fi
mkdir "$work/done"
for program in $programs; do cp "gp/src/k8s.io/kubernetes/_output/bin/$program" "$work/done/"; done
echo "$(($(date +%s) - start)) seconds" >"$work/done/built"
folder=$version+recipe$recipe
rm -rf "${store:?}/$folder"
mv "$work/done" "$store/$folder"
echo "built kubernetes $version in $(($(date +%s) - start)) s" >&2
echo "$store/$folder"
