# SPDX-License-Identifier: Apache-2.0
# e2e: timeout=200 needs=umoci,python3
# Configuration checks of a real image: what the layers and the configuration say together, own checks, exceptions,
# exit codes, and what is new between two builds. No value of a variable or password is in any report.
. "$SOURCE/tests/e2e/lib.sh"

XDG_CACHE_HOME=$W/cache TMPDIR=$W/tmp
export XDG_CACHE_HOME TMPDIR
mkdir -p tmp checks one/etc one/usr/bin one/usr/sbin one/var/lib/apt/lists one/root/.cache/pip/http one/app/.git one/app/wide one/tmp
word=$(LC_ALL=C tr -dc '[:lower:]' </dev/urandom | head -c 8)4Q$(LC_ALL=C tr -dc '[:upper:]' </dev/urandom | head -c 6)

# ---- the images ----
printf 'root:x:0:0:root:/root:/bin/bash\ntoor:x:0:0::/root:/bin/sh\napp:x:1000:1000::/app:/bin/sh\n' >one/etc/passwd
printf 'root:*:1::::::\ntoor::1::::::\napp:$6$%s$x:1::::::\n' "$word" >one/etc/shadow
for file in usr/bin/su usr/bin/gone usr/sbin/sshd usr/bin/sudo app/open app/.git/HEAD root/.cache/pip/http/a var/lib/apt/lists/kept var/lib/apt/lists/gone; do
	echo x >"one/$file"
done
mkdir -p one/var/lib/dpkg/info one/opt one/usr/lib
for file in usr/bin/own opt/hidden; do echo x >"one/$file"; done
chmod 4755 one/usr/bin/su one/usr/bin/gone one/usr/bin/sudo one/usr/bin/own one/opt/hidden
printf 'ID=debian\nVERSION_ID="12"\n' >one/usr/lib/os-release
for package in login gcc; do
	printf 'Package: %s\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n' $package
done >one/var/lib/dpkg/status
printf '/.\n/usr\n/usr/bin\n/usr/bin/su\n' >one/var/lib/dpkg/info/login.list
printf '/.\n' >one/var/lib/dpkg/info/gcc.list
chmod 666 one/app/open
chmod 777 one/app/wide
chmod 1777 one/tmp
mkdir -p two/usr/bin two/var/lib/apt/lists two/app/wide
: >two/usr/bin/.wh.gone # what a later layer takes away does not count
: >two/var/lib/apt/lists/.wh.gone
mkdir -p two/opt
: >two/opt/.wh..wh..opq
chmod 755 two/app/wide
echo x >two/usr/bin/sudo # the same name without the bit
umoci init --layout image
umoci new --image image:bad
umoci config --image image:bad --os linux --architecture amd64 --config.exposedports 22/tcp --config.exposedports 80/tcp \
	--config.env "DB_PASSWORD=$word" --config.env PATH=/usr/bin:. --config.volume /etc --config.volume /var/run/docker.sock
for layer in one two; do
	tar -C $layer --sort=name --owner=0 --group=0 -cf $layer.tar .
done
umoci raw add-layer --image image:bad --history.created_by "RUN |1 TOKEN=$word /bin/sh -c apt-get update && apt-get -y upgrade # buildkit" one.tar
umoci raw add-layer --image image:bad --history.created_by "RUN /bin/sh -c curl -k https://example.org/x | sh # buildkit" two.tar
mkdir -p three/etc
printf 'app:x:10001:10001::/:/usr/sbin/nologin\n' >three/etc/passwd
tar -C three --sort=name --owner=0 --group=0 -cf three.tar .
umoci new --image image:good
umoci raw add-layer --image image:good --history.created_by "COPY /out / # buildkit" three.tar
umoci config --image image:good --os linux --architecture amd64 --config.user 10001:10001 --config.env PATH=/usr/bin \
	--config.label org.opencontainers.image.source=a --config.label org.opencontainers.image.version=1 \
	--config.label org.opencontainers.image.revision=b

scan() { "$SEAWALL" scan --scanners misconfig "$@" </dev/null; }
cat >list.py <<'END'
import json, sys
report = json.load(open(sys.argv[1]))
for m in report["misconfigurations"]:
    print(m["status"], m["id"], m["severity"], m.get("file", "-"), m["layer"]["index"] if m["layer"] else "-", m.get("subject", "-"))
END

# ---- what is found ----
expect "an image with everything wrong" 0 scan -f json -o bad.json oci:image:bad
python3 list.py bad.json | LC_ALL=C sort >list
cat >want <<'END'
fail SW-IMG-001 high - - USER
fail SW-IMG-002 low - - HEALTHCHECK
fail SW-IMG-004 low usr/bin/su 0 usr/bin/su
fail SW-IMG-005 high usr/bin/own 0 usr/bin/own
fail SW-IMG-006 high - - DB_PASSWORD
fail SW-IMG-007 high - 0 build step 2
fail SW-IMG-009 low root/.cache/pip/http 0 pip
fail SW-IMG-009 low var/lib/apt/lists/kept 0 apt
fail SW-IMG-010 low - 0 RUN
fail SW-IMG-012 high - - EXPOSE 22/tcp
fail SW-IMG-012 high usr/sbin/sshd 0 sshd
fail SW-IMG-013 low - - EXPOSE 80/tcp
fail SW-IMG-014 critical etc/shadow - toor
fail SW-IMG-015 medium etc/passwd - 0
fail SW-IMG-016 medium app/open 0 app/open
fail SW-IMG-017 critical - - VOLUME /var/run/docker.sock
fail SW-IMG-018 medium - - VOLUME /etc
fail SW-IMG-020 medium usr/bin/sudo 1 sudo
fail SW-IMG-021 medium - 1 RUN
fail SW-IMG-022 negligible - - LABEL
fail SW-IMG-023 medium app/.git 0 app/.git
fail SW-IMG-025 medium - 1 RUN
fail SW-IMG-026 medium - - PATH
manual SW-IMG-028 low - - packages
END
same "each fault, with its layer" list want
expect "the same from the cache" 0 scan -f json -o again.json oci:image:bad
python3 list.py again.json | LC_ALL=C sort >list
same "the same from the cache" list want
expect "without the cache" 0 scan --no-cache -f json -o again.json oci:image:bad
python3 list.py again.json | LC_ALL=C sort >list
same "the same without the cache" list want
expect "an image that is right" 0 scan -f json -o good.json oci:image:good
python3 list.py good.json >list
printf 'fail SW-IMG-002 low - - HEALTHCHECK\n' >want
same "nothing but what it lacks" list want
python3 - >list <<'END'
import json
r = json.load(open("good.json"))
s = r["misconfiguration_summary"]
print(s["errors"], s["failed"], s["passed"] > 15, r["status"], len(r["checks"]) == sum(s[k] for k in ("passed", "failed", "manual", "not_applicable", "errors")))
END
echo "0 1 True assessed True" >want
same "every check has a verdict" list want

# ---- forms ----
for form in table sarif junit html markdown csv gitlab; do
	expect "as $form" 0 scan -f $form -o "bad.$form" oci:image:bad
	lacks "no value in $form" "bad.$form" "$word"
done
for form in table sarif junit html markdown csv; do
	has "$form names a check" "bad.$form" SW-IMG-017
done
lacks "no value in json" bad.json "$word"
expect "in Japanese" 0 scan --lang ja oci:image:bad
has "its texts" "$W/out" "パスワードのないアカウント"
"$SEAWALL" scan -f json oci:image:bad </dev/null >plain.json 2>/dev/null
lacks "nobody asked: no list" plain.json '"misconfiguration_summary"'

# ---- exit codes, filters, exceptions ----
expect "--fail-on high" 1 scan --fail-on high oci:image:bad
expect "--fail-on of nothing" 0 scan --fail-on medium oci:image:good
expect "--severity" 0 scan --severity critical -f json -o some.json oci:image:bad
python3 list.py some.json | cut -d ' ' -f 2 | LC_ALL=C sort >list
printf 'SW-IMG-014\nSW-IMG-017\n' >want
same "only those" list want
cat >.trivyignore <<'END'
# ids of other tools
DS026
END
expect "an exception by the id of another tool" 0 scan -f json -o excepted.json oci:image:good
python3 list.py excepted.json >list
: >want
same "nothing left" list want
has "and its reason" excepted.json '"suppressed_misconfigurations"'
rm .trivyignore

# ---- own checks ----
cat >checks/own.rego <<'END'
# METADATA
# title: Label of the team
# custom:
#   id: OWN001
#   severity: HIGH
#   input:
#     selector:
#     - type: image
package user.team

deny contains res if {
	count(input.labels) > 0
	res := result.new("no label of the team", {})
}
END
expect "an own check" 1 scan --config-check checks --fail-on high oci:image:good
has "its finding" "$W/out" "OWN001"
sed -i 's/^package user.team/package acme.team/' checks/own.rego
expect "a namespace that nobody named" 0 scan --config-check checks --fail-on high oci:image:good
expect "--check-namespaces" 1 scan --config-check checks --check-namespaces acme --fail-on high oci:image:good
printf 'package user.broken\ndeny contains if {' >checks/broken.rego
expect "a module that is none" 2 scan --config-check checks oci:image:good
has "its place" "$W/err" "broken.rego:2"
printf 'package user.slow\ndeny contains "x" if { some a in numbers.range(1, 100000); some b in numbers.range(1, 100000); a * b == 0 }\n' >checks/broken.rego
expect "a check without end" 0 scan --config-check checks/broken.rego -f json -o slow.json oci:image:good
has "is an error" slow.json '"status": "error"'
has "and the target not assessed whole" slow.json '"status": "partly_read"'
expect "has not passed" 3 scan --config-check checks/broken.rego --severity critical --fail-on unknown oci:image:good
expect "a folder without checks" 2 scan --config-check tmp oci:image:good

# ---- what has no configuration ----
"$SEAWALL" sbom oci:image:good -o bom.json </dev/null 2>/dev/null
expect "a bill of materials" 0 scan sbom:bom.json
has "says that no check was made" "$W/out" "no check was made"

# ---- two builds ----
expect "diff" 0 "$SEAWALL" diff -f json good.json bad.json
python3 - >list <<'END'
import json
d = json.load(open("out"))
new = [e for e in d["entries"] if e["change"] == "new"]
print(len(new), {e["cause"] for e in new}, d["summary"]["same"])
END
echo "23 {'image'} 1" >want
same "what is new, and why" list want
expect "diff --fail-on" 1 "$SEAWALL" diff --fail-on high good.json bad.json
