# SPDX-License-Identifier: Apache-2.0
# e2e: timeout=300
# Layers that are broken or hostile: a clear error and the right exit status, in bounded time and
# memory, with nothing left behind.
. "$SOURCE/tests/e2e/lib.sh"
make="$(dirname "$SEAWALL")/tests/tool/layer_make"
TMPDIR=$W/tmp SEAWALL_STATS=1
export TMPDIR SEAWALL_STATS
mkdir tmp cache
gz=application/vnd.oci.image.layer.v1.tar+gzip
zst=application/vnd.oci.image.layer.v1.tar+zstd
plain=application/vnd.oci.image.layer.v1.tar

image() { # NAME TYPE BLOB...
	name=$1
	shift
	"$make" image "$W/$name" "$@"
}

budget() { # NAME: memory of the last scan within the budget
	kib=$(sed -n 's/^stats:.* parent_hwm_kib=\([0-9]*\) workers_hwm_kib=\([0-9]*\).*/\1 \2/p' "$W/err" |
		awk '{ print $1 + $2 }')
	if [ -n "$kib" ] && sanitized; then
		skip "$1: memory" "a sanitizer keeps freed memory, so this is not what a scan needs"
	elif [ -n "$kib" ] && [ "$kib" -le 65536 ]; then
		ok "$1: memory"
	else
		not_ok "$1: memory" "${kib:-unknown} KiB"
	fi
}

clean() { # NAME: nothing is left
	left=$(find tmp -type f; find cache -name '.new*')
	if [ -z "$left" ]; then ok "$1: nothing left behind"; else not_ok "$1: nothing left behind" "$left"; fi
}

refused() { # NAME TEXT: the scan of image NAME fails and says so in one line
	expect "$1: exit status" 3 timeout 120 "$SEAWALL" scan "oci:$W/$1:t"
	has "$1: message" "$W/err" "$2"
	lines=$(grep -vc '^stats:\|^cost:\|^seawall: note' "$W/err")
	if [ "$lines" = 1 ]; then ok "$1: one line"; else not_ok "$1: one line" "$lines lines"; fi
	[ ! -s "$W/out" ] || not_ok "$1: no result" "there is output"
	clean "$1"
}

"$make" names >good.tar
gzip -nc good.tar >good.gz

head -c 300 good.gz >cut.gz
image truncated "$gz" cut.gz
refused truncated "cut off"

head -c 2300 good.tar >cut.tar
image truncated_plain "$plain" cut.tar
refused truncated_plain "cut off"

cp good.gz flipped.gz
size=$(wc -c <flipped.gz)
printf '\377' | dd of=flipped.gz bs=1 seek=$((size - 6)) conv=notrunc 2>/dev/null
image checksum "$gz" flipped.gz
refused checksum "corrupt"

(cat good.gz && echo garbage) >trailing.gz
image trailing "$gz" trailing.gz
refused trailing "do not belong"

image wrong_digest "$gz" good.gz
blob=$(find wrong_digest/blobs -type f -size "$(wc -c <good.gz)c")
cp flipped.gz "$blob"
refused wrong_digest "layer 1"

image other_content "$plain" good.tar
blob=$(find other_content/blobs -type f -size "$(wc -c <good.tar)c")
printf 'X' | dd of="$blob" bs=1 seek=512 conv=notrunc 2>/dev/null
refused other_content "digest"

echo "this is no archive" >text
image no_archive "$plain" text
refused no_archive "archive"

"$make" pax >pax.tar
image pax_bomb "$plain" pax.tar
refused pax_bomb "a header of"

"$make" deep >deep.tar
image deep "$plain" deep.tar
refused deep "levels"

"$make" long >long.tar
image long "$plain" long.tar
refused long "path of more than"

"$make" nul >nul.tar
image nul "$plain" nul.tar
refused nul "NUL"

# 10 GB of zeros in 10 MB: gzip members of 100 MB each.
"$make" head 10485760000 | gzip -nc >zeros.gz
head -c 104857600 /dev/zero | gzip -nc >part
for _ in 1 2 3 4 5 6 7 8 9 10; do cat part; done >ten
for _ in 1 2 3 4 5 6 7 8 9 10; do cat ten; done >>zeros.gz
image zeros "$gz" zeros.gz
refused zeros "expands to more than"
budget zeros

"$make" head 10485760000 >zeros.tar
(cat zeros.tar && head -c 2147483648 /dev/zero) | zstd -qc >zeros.zst
image zeros_zstd "$zst" zeros.zst
refused zeros_zstd "expands to more than"
budget zeros_zstd

"$make" many 1000000 | zstd -qc1 >many.zst
image many "$zst" many.zst good.gz
expect "many: exit status" 0 timeout 120 "$SEAWALL" scan --no-cache "oci:$W/many:t"
budget many
clean many

image names "$gz" good.gz
expect "names: exit status" 0 "$SEAWALL" scan --list-all-packages "oci:$W/names:t"
if LC_ALL=C grep -q "$(printf '\033')" out; then not_ok names "escape sequence in the output"; else ok names; fi
clean names
