# SPDX-License-Identifier: Apache-2.0
# e2e: timeout=200 needs=umoci,python3
# Secrets in a real image: in every layer, also one that is deleted later, in the environment, labels, the history and
# commands; in large files, UTF-16 and binaries. All tokens are made up here. No value leaves the worker.
. "$SOURCE/tests/e2e/lib.sh"

XDG_CACHE_HOME=$W/cache TMPDIR=$W/tmp
export XDG_CACHE_HOME TMPDIR
mkdir -p tmp one/app/sub two/app three tree
random() { LC_ALL=C tr -dc "$1" </dev/urandom | head -c "$2"; }
pat=ghp_$(random A-Za-z0-9 36)
aws=AKIA$(random A-Z2-7 16)
slack=xoxb-$(random 0-9 12)-$(random 0-9 12)-$(random A-Za-z0-9 24)
stripe=sk_live_$(random A-Za-z0-9 24)
npm=npm_$(random A-Za-z0-9 36)
gitlab=glpat-$(random A-Za-z0-9 20)
word=$(random a-z 6)$(random 0-9 4)$(random A-Z 6)
pypi=pypi-AgEIcHlwaS5vcmc$(random A-Za-z0-9 70)

# ---- the image ----
printf 'A=1\nB=2\nGITHUB_TOKEN=%s\n' "$pat" >one/app/.env
printf 'nothing\r\nkey = %s\r\n' "$aws" | iconv -t UTF-16 >one/app/sub/windows.txt
printf '\177ELF\0\0\0\1%s\0password = "%s"\0' "$slack" "$word" >one/app/program
{ printf 'MZ\0\1\2\3\0\0'; printf %s "$gitlab" | iconv -t UTF-16LE; printf '\0\0\1'; } >one/app/wide.dll
python3 - "$stripe" <<'END'
import sys
with open("one/app/big.log", "w") as f:
    line = "2026-01-01 00:00:00 the quick brown fox looks at nothing in particular and goes on\n"
    for _ in range(100 * 1024 * 1024 // len(line)):
        f.write(line)
    f.write("charge with " + sys.argv[1] + "\n")
END
printf 'token: %s\n' "$npm" >one/app/keep.yml
cp one/app/keep.yml two/app/keep.yml # the same again in a higher layer
: >two/app/.wh..env
printf '//registry.example.com/:_authToken=%s\n' "$npm" >three/.npmrc
# A file that analyzers want is searched all the same.
printf -- '--index-url https://ci:%s@packages.example.org/simple\nrequests==2.31.0\n' "$word" >three/requirements.txt
umoci init --layout image
umoci new --image image:1
umoci config --image image:1 --os linux --architecture amd64 --config.env "DB_PASSWORD=$word" --config.env PATH=/bin \
	--config.label "build=https://ci:$word@git.example.org/app" --config.entrypoint /app --config.entrypoint "--key=$gitlab"
for layer in one two three; do
	tar -C $layer --sort=name --owner=0 --group=0 -cf $layer.tar .
	umoci raw add-layer --image image:1 --history.created_by "COPY $layer /" $layer.tar >umoci.log 2>&1 ||
		not_ok "layer $layer" "$(tail -n 1 umoci.log)"
done
umoci config --image image:1 --history.created_by "|1 TOKEN=$pypi /bin/sh -c make"

# ---- what is found ----
scan() { "$SEAWALL" scan --scanners secret "$@" </dev/null; }
expect "an image" 0 scan -f json -o report.json oci:image:1
python3 - >list <<'END'
import json
for s in json.load(open("report.json"))["secrets"]:
    layer = s["layer"]["index"] if s["layer"] else "-"
    gone = s["deleted_in"]["index"] if s["deleted_in"] else "-"
    print(s["kind"], s["place"], s["path"], s.get("line", "-"), layer, gone, s["length"], s["begins"])
END
lines=$(wc -l <one/app/big.log)
LC_ALL=C sort >want <<END
aws-access-key-id file app/sub/windows.txt 2 0 - 20 AKIA
generic-environment-secret environment DB_PASSWORD - - - 16 $(echo "$word" | cut -c 1-4)
github-pat file app/.env 3 0 1 40 ghp_
gitlab-pat file app/wide.dll - 0 - 26 glpa
slack-bot-token file app/program - 0 - 55 xoxb
gitlab-pat command entrypoint - - - 26 glpa
npm-token file .npmrc 1 2 - 40 npm_
npm-token file app/keep.yml 1 0 - 40 npm_
pypi-token history 5 - - - 90 pypi
stripe-live-key file app/big.log $lines 0 - 32 sk_l
url-password file requirements.txt 1 2 - 16 $(echo "$word" | cut -c 1-4)
url-password label build - - - 16 $(echo "$word" | cut -c 1-4)
END
LC_ALL=C sort list >got
same "kinds, places, lines, layers and deletions" got want
has "programs are counted" report.json '"binary": 2'
has "and searched" report.json '"binary_searched": 2'
expect "programs can be left out" 0 scan --no-binary-secrets -f json -o texts.json oci:image:1
lacks "programs can be left out: they are" texts.json '"path": "app/program"'
has "programs can be left out: they are counted" texts.json '"binary": 2'
has "programs can be left out: and not searched" texts.json '"binary_searched": 0'
expect "again, from the cache" 0 scan -f json -o cached.json oci:image:1
grep -v '"built": ' cached.json >got
grep -v '"built": ' report.json >want
same "the cache says the same" got want
expect "as a table" 0 scan oci:image:1
has "as a table: deleted in a later layer" out "deleted in layer 2"
cp out table
expect "in Japanese" 0 "$SEAWALL" --lang ja scan --scanners secret oci:image:1
has "in Japanese: the kind" out "GitHub 個人用アクセストークン"
expect "as SARIF" 0 scan -f sarif -o report.sarif oci:image:1
has "as SARIF: a rule" report.sarif '"ruleId": "github-pat"'

# ---- no value anywhere ----
for value in "$pat" "$aws" "$slack" "$stripe" "$npm" "$gitlab" "$word" "$pypi"; do
	rest=$(echo "$value" | cut -c 5-) # the first four may be told
	if grep -rqF -- "$rest" cache tmp report.json cached.json report.sarif table out err; then
		not_ok "a value leaves no trace" "of $(echo "$value" | cut -c 1-4)"
	else
		ok "a value leaves no trace"
	fi
done
[ -n "$(find cache -type f)" ] && ok "the cache was used" || not_ok "the cache was used" "it is empty"

# ---- what decides ----
expect "--fail-on sees secrets" 1 scan --fail-on critical oci:image:1
expect "--severity chooses" 0 scan --fail-on low --severity low oci:image:1
expect "both are looked for when nothing is said" 1 "$SEAWALL" scan --fail-on critical oci:image:1
expect "vuln alone looks for none" 0 "$SEAWALL" scan --scanners vuln -f json oci:image:1
lacks "vuln alone: there is no list" out '"secrets": ['
expect "files can be left out" 0 scan --skip-files '**/.npmrc' -f json oci:image:1
lacks "files can be left out: it is" out '.npmrc'
printf 'github-pat\n' >.trivyignore
expect "an exception by kind" 0 scan -f json oci:image:1
has "an exception by kind: it is told" out '"reason": "exception"'
rm .trivyignore

# ---- own rules ----
cat >rules.yaml <<'END'
rules:
  - id: house-ticket
    title: Ticket of the house
    severity: HIGH
    keywords: [ticket]
    regex: '(?i)ticket\s*=\s*(?P<secret>HT-[0-9]{6})'
    secret-group-name: secret
    allow-rules:
      - id: sample
        regex: HT-000000
disable-rules: [github-pat]
allow-rules:
  - id: fixtures
    path: ^fixtures/
END
mkdir -p tree/fixtures
printf 'x\nTicket = HT-123456 and ticket=HT-000000\nGITHUB=%s\n' "$pat" >tree/a.txt
printf 'ticket=HT-654321\n' >tree/fixtures/b.txt
expect "own rules on a folder" 0 scan --secret-config rules.yaml -f json dir:tree
has "own rules: found" out '"kind": "house-ticket"'
has "own rules: the line" out '"line": 2'
lacks "own rules: a disabled kind" out github-pat
lacks "own rules: a path that is allowed" out fixtures/b.txt
[ "$(grep -c '"kind": "house-ticket"' out)" = 1 ] && ok "own rules: allowed value" || not_ok "own rules: allowed value" "found"
echo 'rules: [{id: x, regex: "(", keywords: [abc]}]' >rules.yaml
expect "a rule that is no expression is wrong usage" 2 scan --secret-config rules.yaml dir:tree
has "a rule that is no expression: is named" err "kind x: regular expression '('"

# ---- the source of the program itself ----
expect "this source tree" 0 scan --severity critical,high -f json "dir:$SOURCE/src"
has "this source tree: nothing" out '"secrets": []'
