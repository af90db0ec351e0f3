# SPDX-License-Identifier: Apache-2.0
# e2e: timeout=300 needs=python3,skopeo,umoci,openssl,php,ruby,curl
# What programs and archives say about themselves: real ones of this machine and of Debian packages, compared with
# small readers of their own and with what the programs print; in a folder and in an image with layers.
. "$SOURCE/tests/e2e/lib.sh"
. "$SOURCE/tests/fixture/images.sh"
reader=$SOURCE/tests/e2e/programs.py

scan() { # TARGET: as JSON, without any cache
	"$SEAWALL" scan --no-cache -q --format json --list-all-packages "$1" </dev/null
}

listed() { # REPORT FORM...: lines "kind name version path", of these forms
	python3 "$reader" listed "$@" | LC_ALL=C sort -u
}

# ---- programs of Go: build information ----
mkdir -p go/bin
for program in skopeo umoci runc containerd ctr docker; do
	found=$(command -v "$program") && cp -L "$found" "go/bin/$program"
done
python3 "$reader" go go | LC_ALL=C sort -u >go.want
expect "programs of Go are scanned" 0 scan dir:go
cp out go.json
listed go.json embedded >go.got
same "Go: the standard library of each program" go.got go.want
has "Go: what has no modules is told" go.json 'built without modules'
if (cd go && npm pack --silent @esbuild/linux-x64@0.21.5 && tar -xzf ./*.tgz && mv package/bin/esbuild bin && rm -rf package ./*.tgz) >npm.log 2>&1; then
	python3 "$reader" go go | LC_ALL=C sort -u >go.want
	scan dir:go >go.json
	listed go.json embedded >go.got
	same "Go: modules of a program" go.got go.want
	has "Go: a module by its name" go.got 'golang golang.org/x/sys v0.0.0-20220715151400-c0bba94af5f8 bin/esbuild'
else
	skip "Go: modules of a program" "no package with one: $(tail -n 1 npm.log | cut -c 1-100)"
fi

# ---- programs of Rust: the list that cargo auditable leaves ----
mkdir -p rust/bin
if command -v objcopy >/dev/null; then
	python3 "$reader" crates 1500 >section
	objcopy --add-section .dep-v0=section "$(command -v skopeo)" rust/bin/app
	scan dir:rust >rust.json
	listed rust.json embedded | grep '^cargo' >rust.got
	python3 "$reader" crate-list 1500 bin/app | LC_ALL=C sort >rust.want
	same "Rust: crates of a program" rust.got rust.want
else
	skip "Rust: crates of a program" "objcopy is not installed"
fi

# ---- archives of Java ----
mkdir -p java/usr debs
(cd debs && apt-get download libcommons-io-java libcommons-lang3-java libguava-java libjackson2-databind-java) >apt.log 2>&1 ||
	skip "Java: archives of Debian" "apt-get download failed: $(tail -n 1 apt.log | cut -c 1-100)"
for deb in debs/*.deb; do
	[ ! -f "$deb" ] || dpkg-deb -x "$deb" java
done
python3 "$reader" fat java/fat
python3 "$reader" jars java | LC_ALL=C sort -u >java.want
expect "archives of Java are scanned" 0 scan dir:java
cp out java.json
listed java.json embedded >java.got
same "Java: every pom.properties of all archives, also inside of others" java.got java.want
has "Java: an archive inside of an archive" java.got 'maven org.example:inner 1.2 fat/stored.war!/WEB-INF/lib/inner-1.2.jar'
has "Java: deeper, compressed" java.got 'maven org.example:inner 1.2 fat/deep.ear!/web.war!/WEB-INF/lib/inner-1.2.jar'
has "Java: an archive that is too large for memory" java.got 'maven org.example:two 2.2 fat/large.war!/WEB-INF/lib/large.jar'
listed java.json guessed >java.guessed
has "Java: an archive known by manifest and name" java.guessed 'maven org.example.lib:plain 3.1 fat/plain-3.1.jar'
has "Java: a bomb is told" java.json 'fat/bomb.jar'
has "Java: a broken central directory is told" java.json 'fat/cut.jar'
has "Java: overlapping entries are told" java.json 'entries overlap'

# ---- programs known by a text ----
mkdir -p text/bin text/opt/jdk
for program in openssl php ruby curl python3; do
	program=$(readlink -f "/usr/bin/$program")
	cp "$program" "text/bin/${program##*/}"
done
for library in $(ldconfig -p | sed -n 's/.* => \(.*\(libcrypto\|libcurl\|libruby\|libpython\)[^ ]*\)$/\1/p'); do
	cp -L "$library" text/bin/
done
printf 'IMPLEMENTOR="Example"\nJAVA_VERSION="21.0.1"\n' >text/opt/jdk/release
scan dir:text >text.json
listed text.json guessed >text.got
version() { sed -n 's/[^0-9]*\([0-9][0-9.]*\).*/\1/p' | head -n 1; }
for want in "openssl $(/usr/bin/openssl version | version)" "php $(/usr/bin/php -r 'echo PHP_VERSION;' | version)" \
	"curl $(/usr/bin/curl -V | version)" "python $(/usr/bin/python3 -V | version)" "ruby $(/usr/bin/ruby -v | version)" "openjdk 21.0.1"; do
	has "by its text: $want" text.got "generic $want"
done

# ---- in an image: what counts is the topmost ----
mkdir -p one/app one/bin two/app
cp go/bin/skopeo one/app/first
cp go/bin/skopeo one/app/second
cp java/fat/stored.war one/app/shop.war
cp java/fat/plain-3.1.jar two/app/shop.war
printf 'no program any more' >two/app/second
image_new layout:t
image_add layout:t one
image_add layout:t two
expect "an image with programs is scanned" 0 scan oci:layout:t
cp out image.json
listed image.json embedded guessed >image.got
has "image: a program of a lower layer" image.got 'app/first'
lacks "image: a program that was replaced by something else" image.got 'app/second'
lacks "image: an archive that was replaced" image.got 'org.example:inner'
has "image: what replaced it" image.got 'maven org.example.lib:shop 3.1 app/shop.war'
