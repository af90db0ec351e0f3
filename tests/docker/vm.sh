#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A Docker host as a guest in QEMU (no acceleration needed): Debian's kernel with AppArmor, cgroup v2, the kernel's audit and all
# capabilities, Debian's dockerd.
#   vm.sh build            makes the guest's disk once, outside of the tree: $SEAWALL_DOCKER_VM, else ~/.cache/seawall-docker-vm
#                          (about 1 minute, 0.6 GB); prints its folder
#   vm.sh --have           prints that folder, or says what to do and ends with 1
#   vm.sh run DIR          starts the guest with the files of DIR in /test; runs /test/run.sh as root, dockerd is up then; what
#                          it writes into /test/out lands in DIR/out, its output in DIR/log; ends with its status
set -eu
store=${SEAWALL_DOCKER_VM:-$HOME/.cache/seawall-docker-vm}
limit=${VM_TIMEOUT:-900} # seconds, of which the guest has all but one minute
# Of the guest: the engine and what starts it, auditctl, what our program is linked with.
packages=docker.io,iptables,kmod,apparmor,auditd,iproute2,jq,busybox-static,libarchive13,libcurl4,libexpat1,libgmp10,libisal2,liblzma5
packages=$packages,libpcre2-8-0,libseccomp2,libsqlite3-0,libssl3,libyaml-0-2,libzstd1,zlib1g

fail() {
	echo "vm.sh: $*" >&2
	exit 3
}

have() { [ -f "$store/done" ] && [ "$(cat "$store/done")" = "$packages" ] && echo "$store"; }

modules() { # FOLDER: those that the guest needs to find its disk, in the order in which they load
	for module in virtio virtio_ring virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk crc32c_generic \
		libcrc32c crc16 mbcache jbd2 ext4; do
		find "$1" -name "$module.ko*" | head -n 1
	done
}

build() {
	for tool in mmdebstrap mke2fs cpio qemu-system-x86_64 busybox; do
		command -v $tool >/dev/null || fail "$tool is not installed (./dev install vm)"
	done
	[ "$(id -u)" = 0 ] || fail "root is needed"
	mkdir -p "$store"
	exec 9>"$store/lock"
	flock 9
	have && return
	work=$(mktemp -d "$store/build.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT TERM
	rm -f "$store/done"
	root=$work/root
	mmdebstrap --variant=minbase --include="$packages" bookworm "$root" >"$work/log" 2>&1 || {
		tail -n 20 "$work/log" >&2
		fail "the guest's packages could not be had"
	}
	kernel=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: //p' | head -n 1)
	(cd "$work" && apt-get -qq -o "APT::Sandbox::User=$(id -un)" download "$kernel" && dpkg-deb -x linux-image-*.deb kernel)
	mkdir -p "$root/lib" "$root/test"
	cp -r "$work/kernel/lib/modules" "$root/lib/"
	cp "$work"/kernel/boot/vmlinuz-* "$store/vmlinuz"
	chroot "$root" depmod "$(basename "$root"/lib/modules/*)"
	rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/doc "$root"/usr/share/locale
	# What is in the machine's memory before its disk.
	mkdir -p "$work/first/bin" "$work/first/proc" "$work/first/dev" "$work/first/root" "$work/first/modules"
	cp "$(command -v busybox)" "$work/first/bin/busybox"
	number=10
	for module in $(modules "$root/lib/modules"); do
		cp "$module" "$work/first/modules/$number-$(basename "$module")"
		number=$((number + 1))
	done
	cat >"$work/first/init" <<'END'
#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t devtmpfs dev /dev
for again in 1 2 3; do
	for module in /modules/*; do /bin/busybox insmod $module 2>/dev/null; done
done
until [ -b /dev/vdb ]; do /bin/busybox sleep 0.1; done
/bin/busybox mount /dev/vda /root
/bin/busybox mount /dev/vdb /root/test
/bin/busybox umount /proc
exec /bin/busybox switch_root /root /bin/sh /test/init.sh
END
	chmod 755 "$work/first/init"
	(cd "$work/first" && find . | cpio -o -H newc 2>/dev/null | gzip -1) >"$store/first.gz"
	rm -f "$store/disk.ext4"
	mke2fs -q -F -t ext4 -d "$root" "$store/disk.ext4" 2G >/dev/null
	echo "$packages" >"$store/done"
	echo "$store"
}

guest_init() { # the guest's first process: never waits for anybody, always switches off
	cat <<'END'
trap 'poweroff -f 2>/dev/null || busybox poweroff -f' EXIT
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t proc proc /proc
mount -t sysfs sys /sys
[ -c /dev/null ] || mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t tmpfs -o mode=755 run /run
mkdir -p /run/lock
mount -t securityfs securityfs /sys/kernel/security
mount -t cgroup2 cgroup2 /sys/fs/cgroup
# Controllers are handed on by a group without processes.
mkdir /sys/fs/cgroup/init
echo $$ >/sys/fs/cgroup/init/cgroup.procs
sed 's/\([a-z]\)/+\1/; s/ \([a-z]\)/ +\1/g' /sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control
mkdir -p /test/out
ip link set lo up
hostname guest
(
	timeout -k 5 TIME sh -x /test/run.sh
	echo $? >/test/out/status
) 2>&1 | tee /test/out/log
sync
umount /test
END
}

run() { # DIR
	where=$(have) || fail "no guest: ./dev docker-vm makes it"
	guest_init | sed "s/TIME/$((limit - 60))/" >"$1/init.sh"
	rm -rf "$1/out" "$1/log"
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT TERM
	mke2fs -q -t ext4 -d "$1" "$work/test.ext4" 400M >/dev/null
	start=$(date +%s)
	# One thread: several of this version's are not sound for each other. snapshot: the disk stays as it was made.
	timeout -k 5 "$limit" qemu-system-x86_64 -accel tcg,thread=single -cpu max -smp 2 -m 2048 -nographic -no-reboot -nic none \
		-kernel "$where/vmlinuz" -initrd "$where/first.gz" \
		-drive "file=$where/disk.ext4,if=virtio,format=raw,snapshot=on" \
		-drive "file=$work/test.ext4,if=virtio,format=raw,cache=unsafe" \
		-append "console=ttyS0 quiet panic=-1 audit=1 lsm=lockdown,capability,landlock,yama,apparmor,bpf mitigations=off" \
		>"$work/console" 2>&1 </dev/null || :
	debugfs -R "rdump /out $1" "$work/test.ext4" >/dev/null 2>&1
	cp "$1/out/log" "$1/log" 2>/dev/null || :
	echo "vm.sh: the guest ran for $(($(date +%s) - start)) s" >&2
	if [ ! -f "$1/out/status" ]; then
		tail -n 20 "$work/console" >&2
		fail "the guest did not get to the end"
	fi
	return "$(cat "$1/out/status")"
}

case ${1-} in
build) have || build ;;
--have) have || { echo "no Docker guest in $store: ./dev docker-vm makes it (about a minute)" >&2 && exit 1; } ;;
run) run "$(cd "$2" && pwd)" ;;
*) fail "usage: vm.sh build|--have|run DIR" ;;
esac
