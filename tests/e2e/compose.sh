# SPDX-License-Identifier: Apache-2.0
# check manifest: Compose files and command lines of docker run, judged before anything runs.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C

mkdir -p app/db
cat >app/compose.yaml <<'EOF'
include: [db/compose.yaml]
services:
  # seawall:ignore=SW-DOCKER-5.11 it is small
  web:
    image: nginx:${TAG}
    privileged: true
    ports:
      - "127.0.0.1:8080:80"
      - "443:443"
    volumes:
      - /srv/x:/x
      - /var/run/docker.sock:/var/run/docker.sock
    # seawall:ignore=CIS-DOCKER-5.10 on purpose
    network_mode: host
    user: ${WEB_USER}
EOF
cat >app/compose.override.yaml <<'EOF'
services:
  web:
    pid: host
EOF
cat >app/db/compose.yaml <<'EOF'
services:
  db:
    image: db
    mem_limit: 1g
    volumes: ["../data:/data"]
EOF
cat >app/up.sh <<'EOF'
#!/bin/sh
docker run -d \
  --privileged \
  -v /etc:/etc \
  "$IMAGE"
EOF
printf '#!/bin/sh\necho nothing\n' >app/other.sh

check() { "$SEAWALL" check manifest "$@"; }
found() { # NAME ID PLACE: a failure at that place in the report out
	if grep -qE "\"$2\",.*\"fail\",\"$3\"" out; then ok "$1"; else not_ok "$1" "no $2 at $3"; fi
}
none() { # NAME ID FILE
	if grep -E "\"$2\",.*\"fail\",\"$3:" out >none; then not_ok "$1" "$(cat none)"; else ok "$1"; fi
}

expect "a folder with containers of all kinds" 0 check -f csv app
found "a service: the line of its key" SW-DOCKER-5.5 compose.yaml:6
found "a port: the line of the element" SW-DOCKER-5.14 compose.yaml:9
found "a mount: the line of the element" SW-DOCKER-5.32 compose.yaml:12
found "a script: the line of the option" SW-DOCKER-5.5 up.sh:3
found "a script: another option" SW-DOCKER-5.6 up.sh:4
found "what the override adds is in its file" SW-DOCKER-5.16 compose.override.yaml:3
found "what is included is judged in its file" SW-DOCKER-5.13 db/compose.yaml:2
found "what is not said is at the service" SW-DOCKER-5.13 compose.yaml:4
found "the recommendations are judged, too" SW-REC-018 compose.yaml:6
none "a comment in front of the service holds" SW-DOCKER-5.11 compose.yaml
none "a comment in front of the key holds, by an alias" SW-DOCKER-5.10 compose.yaml
found "a comment holds for its service only" SW-DOCKER-5.11 up.sh:2
none "a limit that is there is no failure" SW-DOCKER-5.11 db/compose.yaml
expect "the same as JSON" 0 check -f json app
count() { jq "[.checks[] | select(.id == \"$1\" and .status == \"$2\")] | length" out; }
if [ "$(count SW-DOCKER-4.1 error)" = 1 ] && [ "$(count SW-DOCKER-4.1 manual)" -ge 1 ]; then
	ok "what a variable leaves open is an error, what is not said is for a person"
else
	not_ok "what a variable leaves open is an error, what is not said is for a person" "$(count SW-DOCKER-4.1 error)"
fi
has "the variable is named" out "the variable WEB_USER has no value here"
has "what was excepted is shown with its reason" out "on purpose"
expect "with a value it is decided" 0 check -f csv --env WEB_USER=0 --env TAG=1 app/compose.yaml
found "with a value it is decided: at the key" SW-DOCKER-4.1 app/compose.yaml:15
none "an override is not taken for a file that is named" SW-DOCKER-5.16 ".*"
printf 'WEB_USER=0:0\n' >vars
expect "values from a file" 0 check -f csv --env-file vars app/compose.yaml
found "values from a file: decided" SW-DOCKER-4.1 app/compose.yaml:15
printf 'WEB_USER=0\n' >app/.env
expect "values from .env" 0 check -f csv app/compose.yaml
found "values from .env: decided" SW-DOCKER-4.1 app/compose.yaml:15
rm app/.env
expect "a file laid over it" 0 check -f csv --override app/compose.override.yaml app/compose.yaml
found "a file laid over it: its line" SW-DOCKER-5.16 app/compose.override.yaml:3

expect "the level decides" 1 check --fail-on critical app/compose.yaml
printf 'services:\n  a:\n    image: x\n    privileged: true\n' >one.yaml
expect "a file known by its content, severity chosen" 0 check --severity low --fail-on critical one.yaml
expect "--kind" 1 check --kind compose --fail-on critical one.yaml
expect "standard input" 1 sh -c '"$SEAWALL" check manifest --fail-on critical - <one.yaml'
expect "a command line on standard input" 1 sh -c 'echo docker run --privileged x | "$SEAWALL" check manifest --kind docker-run --fail-on critical -'
expect "a command line that a person has to look at" 3 sh -c 'echo docker run "\$X" x | "$SEAWALL" check manifest --kind docker-run --fail-on critical -'
for format in table json sarif csv gitlab-codequality html junit markdown policy-report; do
	expect "form $format" 0 check -f $format app
	[ $format = policy-report ] || has "form $format: a place" out "compose.override.yaml"
done
expect "exceptions in a file" 0 sh -c 'printf "exceptions:\n  - ids: [SW-DOCKER-5.5, SW-REC-018]\n    subject: misconfiguration\n    reason: r\n    author: a\n    approver: b\n    expires: 2099-01-01\n" >x.seawallignore.yaml
	"$SEAWALL" check manifest -f csv --ignorefile x.seawallignore.yaml one.yaml'
none "exceptions in a file hold" SW-DOCKER-5.5 "one.yaml"

cat >rules.yaml <<'EOF'
rules:
  trusted-registries-only: {parameters: {allowedContainerImagesRegex: "^registry\\.example\\.com/"}}
  container-cpu-memory-limits: {parameters: {memoryLimit: 512Mi}}
  no-privileged-containers: {labelSelector: {matchLabels: {tier: front}}}
EOF
cat >labels.yaml <<'EOF'
services:
  a: {image: registry.example.com/a, privileged: true, labels: {tier: front}, mem_limit: 1g, cpus: 1}
  b: {image: other/b, privileged: true, mem_limit: 512m, cpus: 1}
EOF
expect "parameters of the rules for objects" 0 check -f csv --parameters rules.yaml labels.yaml
found "a list decides" SW-REC-005 labels.yaml:3
found "a ceiling" SW-REC-004 labels.yaml:2
none "a ceiling that is kept" SW-REC-004 labels.yaml:3
found "a selector selects" SW-REC-018 labels.yaml:2
if [ "$(grep -c 'SW-REC-018.*"fail"' out)" = 1 ]; then ok "a selector leaves out"; else not_ok "a selector leaves out" "$(cat out)"; fi

printf 'services:\n  a: {image: x, privilegd: true, mem_limit: much}\n' >typo.yaml
expect "an unknown key and a wrong type are told" 0 check typo.yaml
has "an unknown key is told with its line" err "typo.yaml:2: service a: unknown key 'privilegd'"
has "a wrong type is told with its line" err "typo.yaml:2: a: 'much' is no size"
expect "they have not passed" 3 check --fail-on critical typo.yaml
mkdir broken
printf 'services: [\n' >broken/compose.yaml
expect "a file that is none" 3 check broken/compose.yaml
printf 'services: {a: {extends: {file: /etc/passwd, service: x}}}\n' >outside.yaml
expect "nothing outside of the folder is read" 3 check outside.yaml
has "nothing outside of the folder is read: said" err "outside of the folder that is judged"
ln -s /etc/passwd app/link.yml
printf 'services: {a: {extends: {file: link.yml, service: x}, image: x}, b: {image: x}}\n' >app/linked.yaml
expect "nor through a link" 3 check app/linked.yaml
has "nor through a link: said" err "outside of the folder that is judged"
expect "--env without a value" 2 check --env X app/compose.yaml
expect "--override without a file" 2 check --override gone.yaml app/compose.yaml

# ---- secrets in plain text, targets of logs ----
cat >secret.yaml <<'EOF'
x-common: &common
  environment:
    DB_PASSWORD: hunter2secret
services:
  web:
    <<: *common
    image: nginx:1.25
    command: ["server", "--api-key=abc123def456"]
    logging: {driver: syslog, options: {syslog-address: "tcp://u:pw@logs.example.com:514"}}
  db:
    image: postgres:16
    environment:
      - POSTGRES_PASSWORD=${PW:-letmein99}
      - ADMIN_PASSWORD_FILE=/run/secrets/pw
      - OTHER_PASSWORD=${PW}
      - EMPTY_TOKEN=
    build: {context: ., args: {NPM_TOKEN: "tok-998877"}}
    logging: {driver: none}
  fine:
    image: nginx:1.25
    environment: {ROOT_PASSWORD: "${PW}"}
    logging: {driver: syslog, options: {syslog-address: "tcp+tls://logs.example.com:6514"}}
EOF
expect "secrets in plain text" 0 check -f csv secret.yaml
found "of a merged variable" SW-RUN-001 secret.yaml:3
found "of a default" SW-RUN-001 secret.yaml:13
found "of an argument" SW-RUN-001 secret.yaml:8
found "of a build argument" SW-RUN-001 secret.yaml:17
none "not of a file" SW-RUN-001 secret.yaml:14
none "not of a variable" SW-RUN-001 secret.yaml:15
none "not where nothing stands" SW-RUN-001 secret.yaml:16
none "not of a variable in a mapping" SW-RUN-001 secret.yaml:21
found "logs in plain" SW-RUN-003 secret.yaml:9
none "logs over TLS" SW-RUN-003 secret.yaml:22
found "logs that are thrown away" SW-RUN-002 secret.yaml:18
cp out secret.csv
lacks "no value is shown" secret.csv "hunter2"
lacks "no default is shown" secret.csv "letmein"
lacks "no password of an address is shown" secret.csv "u:pw"
expect "variables that are given are none of the file's" 0 check -f csv --env PW=hunter3 secret.yaml
none "of a default that does not count" SW-RUN-001 secret.yaml:15
lacks "nor are they shown" out "hunter3"
cat >secret.sh <<'EOF'
docker run -e API_TOKEN=s3cr3tvalue9 -e "DB_PASSWORD=$PW" -e A_PASSWORD --log-driver gelf --log-opt gelf-address=udp://10.0.0.3:1 nginx --password "$X"
docker run --log-driver=none nginx:1 serve --secret-key qwertyuiop12
EOF
expect "secrets of docker run" 0 check -f csv secret.sh
found "of -e and of a plain log" SW-RUN-001 secret.sh:1
found "of an argument behind the image" SW-RUN-001 secret.sh:2
found "of --log-opt" SW-RUN-003 secret.sh:1
found "of --log-driver" SW-RUN-002 secret.sh:2
if [ "$(grep -c 'SW-RUN-001.*secret.sh' out)" = 2 ]; then ok "variables of the shell are none"; else not_ok "variables of the shell are none" "$(cat out)"; fi
lacks "no value of -e is shown" out "s3cr3tvalue9"
