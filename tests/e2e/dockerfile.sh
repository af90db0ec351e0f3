# SPDX-License-Identifier: Apache-2.0
# `seawall check manifest` and `scan dir:`: Dockerfiles judged, excepted, repaired; the user's own checks.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C

ids() { # the ids of findings, shown or not, of the report in out
	sed '/^  "checks": \[/,$d' out | sed -n 's/^ *"id": "\(SW-DF-[0-9]*\|USER-[0-9]*\)".*/\1/p' | sort -u | tr '\n' ' '
	echo
}

mkdir -p app/sub app/k8s
cat >app/Dockerfile <<'END'
FROM debian:12.7@sha256:0000000000000000000000000000000000000000000000000000000000000000
RUN apt-get update && apt-get install -y --no-install-recommends curl=7.88 && rm -rf /var/lib/apt/lists/*
HEALTHCHECK CMD ["curl", "-f", "http://localhost"]
USER 10001
CMD ["curl"]
END
printf 'FROM alpine:latest\nRUN apk add curl\n' >app/sub/web.Dockerfile
printf 'apiVersion: v1\nkind: Pod\n' >app/k8s/pod.yaml

expect "a good Dockerfile has nothing against it" 0 "$SEAWALL" check manifest --fail-on low app/Dockerfile
has "a good Dockerfile has nothing against it: counts" out "passed, 0 failed, 0 to be"
lacks "nothing is said of packages" out "package"
expect "a folder is searched by names" 1 "$SEAWALL" check manifest --fail-on medium -f json app
has "a folder is searched by names: the other file" out '"file": "sub/web.Dockerfile"'
has "a latest tag is found" out '"SW-DF-002"'
has "both files were judged" out '"documents": 3'
expect "the level decides" 0 "$SEAWALL" check manifest --fail-on critical app
expect "standard input" 1 sh -c '"$SEAWALL" check manifest --fail-on low - <app/sub/web.Dockerfile'
expect "a pipe" 1 sh -c 'printf "FROM x\nRUN sudo a\n" | "$SEAWALL" check manifest --fail-on high -'
printf 'hello\n' >notes
mkdir bare
cp notes bare/
expect "a folder without Dockerfiles" 3 "$SEAWALL" check manifest bare
has "a folder without Dockerfiles: said" err "no Compose file, no command line of docker run and no Kubernetes object in this folder"
expect "a file of another kind" 3 "$SEAWALL" check manifest notes
expect "a file that only claims to be one" 3 "$SEAWALL" check manifest --kind dockerfile notes
has "a file that only claims to be one: said" err "no instruction of a Dockerfile"
mkdir -p part none
cp app/Dockerfile part/Dockerfile
printf 'hello\n' | tee part/Dockerfile.txt >none/Dockerfile
expect "one that cannot be read does not pass" 3 "$SEAWALL" check manifest --fail-on critical part
has "one that cannot be read is named" out Dockerfile.txt
expect "a folder of which nothing can be read" 3 "$SEAWALL" check manifest none
has "a folder of which nothing can be read: why" err "no instruction of a Dockerfile"
expect "one of several cannot be read" 3 "$SEAWALL" check manifest app notes
expect "no such file" 3 "$SEAWALL" check manifest nowhere
expect "no operand" 2 "$SEAWALL" check manifest
expect "an unknown kind" 2 "$SEAWALL" check manifest --kind pod app

for form in sarif junit csv markdown html json; do
	expect "written as $form" 0 "$SEAWALL" check manifest -f $form app/sub/web.Dockerfile
	has "written as $form: a finding" out SW-DF-002
done
expect "in Japanese" 0 "$SEAWALL" check manifest --lang ja app/sub/web.Dockerfile
has "in Japanese: a title" out "ベースイメージのタグが latest"

# What is wrong in one instruction loses nothing else; nothing is said to be fine that was not read.
printf 'FROM a:1\nFOO bar\nRUN sudo x\nSHELL ["python3", "-c"]\nRUN import os\n' >broken.Dockerfile
expect "a broken file is judged" 0 "$SEAWALL" check manifest -f json broken.Dockerfile
has "a broken file is judged: what is unknown" out "unknown instruction: FOO"
has "a broken file is judged: the rest" out '"SW-DF-008"'
has "commands of another shell are for people" out '"status": "manual"'
printf '\377\376F\000R\000O\000M\000 \000x\000\n\000' >utf16.Dockerfile
expect "UTF-16" 1 "$SEAWALL" check manifest --fail-on medium utf16.Dockerfile

# Comments.
cat >ignore.Dockerfile <<'END'
FROM alpine:latest
# hadolint ignore=DL3018,DL3019
RUN apk add curl
# trivy:ignore:DS-0005:exp:2020-01-01
ADD . /app
# checkov:skip=CKV_DOCKER_2:behind a probe
# seawall:ignore=SW-DF-010 both are wanted
USER root
END
expect "comments except" 0 "$SEAWALL" check manifest -f json --severity low,medium,high ignore.Dockerfile
ids >got
echo "SW-DF-001 SW-DF-002 SW-DF-004 SW-DF-006 SW-DF-012 SW-DF-023 SW-DF-026 " >want
has "the reason is kept" out '"reason": "behind a probe"'
has "an end that is over hides nothing" out "COPY does"
same "comments except: the others count, all are told" got want
"$SEAWALL" check manifest ignore.Dockerfile >table
lacks "what is excepted is not shown" table SW-DF-026
has "what is over is shown" table SW-DF-006

# The repair passes; it changes nothing that it need not.
mkdir fix
cat >fix/Dockerfile <<'END'
FROM debian:12.7
MAINTAINER Ann
WORKDIR app
RUN apt-get update && \
    apt-get install curl=7.88
RUN <<EOT
apt-get update
apt-get install git=2
EOT
RUN apk add jq=1
ADD . /app
CMD curl -f http://localhost
END
cp -r fix before
expect "the repair is written" 0 "$SEAWALL" check manifest --fix-diff fix
cp out change.diff
has "the repair is written: what is left" err "SW-DF-001"
if command -v patch >/dev/null; then
	expect "the repair applies" 0 patch -p1 -i change.diff
	expect "what was repaired passes" 0 "$SEAWALL" check manifest -f json fix
	ids >got
	echo "SW-DF-001 SW-DF-004 SW-DF-012 " >want
	same "what was repaired passes: only decisions are left" got want
	has "lists are taken away" fix/Dockerfile "    && rm -rf /var/lib/apt/lists/*"
	has "the folder is absolute" fix/Dockerfile "WORKDIR /app"
	"$SEAWALL" check manifest --fix-diff fix >again 2>again.err
	expect "a second repair has nothing to do" 1 test -s again
else
	skip "the repair applies" "patch is not installed"
fi
expect "a pipe cannot be repaired" 2 sh -c '"$SEAWALL" check manifest --fix-diff - <fix/Dockerfile'

# Own checks, in the form of Trivy's users.
mkdir own
cat >own/owner.rego <<'END'
# METADATA
# title: Images name their owner
# custom:
#   id: USER-0001
#   severity: HIGH
#   input:
#     selector:
#       - type: dockerfile
package user.owner

deny[msg] {
	not has_owner
	msg := "no owner label"
}

has_owner {
	cmd := input.Stages[_].Commands[_]
	cmd.Cmd == "label"
	cmd.Value[i] == "owner"
}
END
expect "own checks count" 1 "$SEAWALL" check manifest --config-check own --fail-on high -f json app/Dockerfile
has "own checks count: message" out "no owner label"
printf 'LABEL owner=me\n' >>app/Dockerfile
expect "own checks pass" 0 "$SEAWALL" check manifest --config-check own --fail-on high app/Dockerfile

# The same through a scan of the folder.
expect "scan dir: finds the same" 0 "$SEAWALL" scan --scanners misconfig -f json dir:app
has "scan dir: finds the same: id" out '"SW-DF-002"'
expect "nobody asked" 0 "$SEAWALL" scan -f json dir:app
lacks "nobody asked: nothing is said" out '"SW-DF-002"'
