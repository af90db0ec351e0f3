# SPDX-License-Identifier: Apache-2.0
# What somebody writes who tries it for the first time, with the words of another tool: one line that says what to write.
# Nothing is taken and then ignored.
. "$SOURCE/tests/e2e/lib.sh"
unset LC_ALL LC_MESSAGES DOCKER_HOST
export LANG=C HOME="$W" XDG_CACHE_HOME="$W/cache"

refused() { # TEXT ARGUMENT...: wrong usage, in one line that holds TEXT
	text=$1
	shift
	expect "refused: $*" 2 "$SEAWALL" "$@"
	has "refused: $*: what to write" err "$text"
	[ "$(wc -l <err)" = 1 ] && [ ! -s out ] && ok "refused: $*: one line" ||
		not_ok "refused: $*: one line" "$(wc -l <err) lines"
}

cat >pod.yaml <<'Y'
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - name: c
      image: registry.example.com/c@sha256:0123456789012345678901234567890123456789012345678901234567890123
      securityContext: {privileged: true}
Y
mkdir -p root folder

# ---- commands -----------------------------------------------------------------------------------
refused "to scan it: 'seawall scan debian:12'" debian:12
refused "to scan it: 'seawall scan dir:root'" dir:root -o json
refused "to scan it: 'seawall scan ./app.tar'" ./app.tar
refused "here 'seawall scan dir:PATH'" fs --exit-code 1 .
refused "seawall policy eval -f FILE" test -f pod.yaml
refused "here 'seawall policy eval -f FILE'" policy test -f pod.yaml
refused "here 'seawall check docker'" docker
refused "there are: cloud, cluster, docker, manifest" check
refused "there are: cloud, cluster, docker, manifest" check galaxy --fail-on high
refused "did you mean 'docker'?" check dokcer
refused "there are: kubernetes" install docker
expect "in Japanese, too" 2 "$SEAWALL" --lang ja check
has "in Japanese, too: names the commands" err "使えるもの: cloud, cluster, docker, manifest"
expect "in Japanese: a target" 2 "$SEAWALL" --lang ja debian:12
has "in Japanese: a target is named" err "seawall scan debian:12"

# ---- letters and words of other tools -------------------------------------------------------------
refused "here --severity LIST" scan -s HIGH dir:root
refused "docker-archive:FILE" scan -i app.tar
refused "here --control LIST" check docker -c check_5_4
refused "here --exclude LIST" check docker -e check_2_2
refused "here -o FILE" check docker -l bench.log
refused "here --no-color" check docker -b
refused "trusted_docker_users" check docker -u root
refused "here --include-name" check docker -i web
refused "here --exclude-name" check docker -x web
refused "here --limit N" check docker -n 3
refused "--fix-script" check docker -p
refused "leave it out" check cluster -A
refused "here -n LIST" check cluster --include-namespaces shop

# ---- options that would mean nothing ----------------------------------------------------------------
refused "no packages: leave it out" check manifest --ignore-unfixed pod.yaml
refused "--ignorefile" check manifest --vex none.json pod.yaml
for option in --include-dev-deps --list-all-packages --severity-source=nvd; do
	refused "unknown option ${option%=*}" check manifest $option pod.yaml
	refused "unknown option ${option%=*}" check cloud $option --facts pod.yaml
done
for form in gitlab gitlab-secrets cyclonedx spdx github trivy; do
	refused "'$form' is not one of" check cloud -f $form --facts pod.yaml
done
expect "a form of what has no packages" 2 "$SEAWALL" check manifest -f cyclonedx pod.yaml
for form in gitlab gitlab-secrets; do
	refused "is a document about one target" scan -f $form dir:root dir:folder
	expect "$form of one target" 0 "$SEAWALL" scan -q -f $form --scanners vuln,secret dir:root
	expect "$form of a target that fails" 3 "$SEAWALL" scan -q -f $form dir:absent
done
refused "is for images" scan --sbom-from image dir:root
refused "is for images" sbom --sbom-from image dir:root
refused "--interval needs --watch" check docker --interval 5m
refused "--interval needs --watch" check cluster --interval 5m
refused "is no time" check docker --watch --interval 0
refused "is no time" check cluster --timeout 0s
refused "need --registry" check docker --ca-file ca.pem
refused "a form of its own" check docker --fix-script -f json
refused "without --context" check cluster --facts f.json --context prod
refused "without --all-contexts" check cluster --facts f.json --all-contexts
refused "without --namespace" check cluster --facts f.json -n shop

# ---- policies that are none ---------------------------------------------------------------------------
expect "a file without any policy" 3 "$SEAWALL" check manifest --policy pod.yaml pod.yaml
has "a file without any policy: is named" err "there is no policy of Gatekeeper in pod.yaml"
expect "a folder without any policy" 2 "$SEAWALL" check manifest --policy folder pod.yaml
has "a folder without any policy: is named" err "folder: there is no .rego file"

# ---- the repair of a folder with files that are not repaired -------------------------------------------
mkdir mixed
cp pod.yaml mixed
printf 'FROM registry.example.com/base:1\nRUN apt-get update && apt-get install curl\n' >mixed/Dockerfile
printf 'services:\n  web: {image: "registry.example.com/web:1", privileged: true}\n' >mixed/compose.yaml
expect "the repair of a folder with a Compose file" 0 "$SEAWALL" check manifest --fix-diff mixed
has "the repair: of the object" out "+++ b/mixed/pod.yaml"
has "the repair: of the Dockerfile" out "+++ b/mixed/Dockerfile"
has "the repair: what is left of the Compose file" err "mixed/compose.yaml: no change of the text for"
lacks "the repair: nobody looks for a Dockerfile in it" err "instruction of a Dockerfile"

# ---- what the system's packages brought is not a list of nothing ----------------------------------------
mkdir -p sys/etc sys/var/lib/dpkg/info sys/usr/lib/python3/dist-packages/x-1.0.dist-info
printf 'ID=debian\nVERSION_ID="12"\n' >sys/etc/os-release
printf 'Package: python3-x\nStatus: install ok installed\nArchitecture: all\nVersion: 1.0-1\n' >sys/var/lib/dpkg/status
printf '/usr/lib/python3/dist-packages/x-1.0.dist-info/METADATA\n' >sys/var/lib/dpkg/info/python3-x.list
printf 'Metadata-Version: 2.1\nName: x\nVersion: 1.0\n' >sys/usr/lib/python3/dist-packages/x-1.0.dist-info/METADATA
expect "a system whose Python packages are its own" 0 "$SEAWALL" scan -q --scanners vuln dir:sys
has "its own: one kind was read" out "packages: 1 (deb)"
has "its own: what is not listed again is told" out "language packages: their files belong to packages of the system"
lacks "its own: no list of nothing" out "0 packages"
cp -r sys more
mkdir -p more/opt/y-2.0.dist-info
printf 'Metadata-Version: 2.1\nName: y\nVersion: 2.0\n' >more/opt/y-2.0.dist-info/METADATA
expect "a system with one more" 0 "$SEAWALL" scan -q --scanners vuln dir:more
has "one more: both kinds were read" out "packages: 2 (deb, pypi)"

# ---- explain counts what a scan leaves out, and says so ---------------------------------------------------
mkdir lock
printf '{"name":"app","version":"1.0.0","lockfileVersion":3,"packages":{"":{"dependencies":{"a":"1"},"devDependencies":{"b":"1"}},"node_modules/a":{"version":"1.0.0"},"node_modules/b":{"version":"1.0.0","dev":true}}}\n' >lock/package-lock.json
for name in a b; do
	printf '{"schema_version":"1.6.0","id":"CVE-2099-000%s","modified":"2026-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"%s"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.0.1"}]}]}]}\n' "$([ $name = a ] && echo 1 || echo 2)" $name
done >osv.jsonl
expect "two records" 0 "$SEAWALL" db import --db own.db osv.jsonl
expect "a scan counts one" 0 "$SEAWALL" scan -q --db own.db dir:lock
has "a scan counts one: and names the other" out "In packages for development only, not shown without --include-dev-deps: 1."
has "a scan counts one: its command" out "npm install a@1.0.1"
expect "explain counts both" 0 "$SEAWALL" explain CVE-2099-0002 --image dir:lock --db own.db
has "explain counts both: two upgrades" out "2, repairing 2"
has "explain counts both: says which a scan leaves out" out "1 of them in packages for development only"
