# SPDX-License-Identifier: Apache-2.0
# e2e: root daemon timeout=400 needs=curl,docker-registry,dockerd,busybox,ip,jq,openssl,python3
# Facts of images from a real engine and a real registry: current digests (5.28), signatures (4.12), sources of packages (4.11).
. "$SOURCE/tests/e2e/lib.sh"
hub=127.0.0.1:5000
. "$SOURCE/tests/docker/sign.sh"
bed() { sh "$SOURCE/tests/docker/bed.sh" "$@"; }
reg() { bed inside "$W/one" "$@"; }
trap 'bed stop "$W/one"; stop_servers' EXIT
export BED_REGISTRY="$W/beds" XDG_CACHE_HOME="$W/cache" HOME="$W/home"
unset DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CONFIG
mkdir -p "$HOME" keys

made() { # NAME COMMAND...
	what=$1
	shift
	"$@" >"$W/out" 2>"$W/err" && return
	not_ok "$what is made" "exit status $?"
	exit 1
}

# ---- an engine and a registry in one network namespace -----------------------------------------------------------
made dockerd bed start "$W/one"
cat >registry.yml <<END
version: 0.1
log: {level: warn}
storage: {filesystem: {rootdirectory: $W/registry-data}}
http: {addr: "$hub"}
END
server sh "$SOURCE/tests/docker/bed.sh" inside "$W/one" env OTEL_TRACES_EXPORTER=none docker-registry serve "$W/registry.yml"
answers() { reg curl -sf --noproxy '*' "http://$hub/v2/"; }
await answers || { not_ok registry "it does not answer: $(tail -n 3 server.log)" && exit 1; }

sources='RUN mkdir -p /etc/apt/sources.list.d /etc/apt/apt.conf.d /etc/yum.repos.d'
# Octal letters: the build history does not say what the files do.
made "an image with sources" bed image "$W/one" sourced "$sources" \
	'RUN printf "deb [tr\165sted=yes] http://u:geheim@example.com x main\n#deb [tr\165sted=yes] http://example.com y main\n" >/etc/apt/sources.list' \
	'RUN printf "[off]\nenabled=0\ngpgch\145ck = 0\n[on]\ngpgcheck=1\nrepo_gpgcheck=0\n" >/etc/yum.repos.d/x.repo'
made "an image with good ones" bed image "$W/one" checked "$sources" \
	'RUN printf "# deb [tr\165sted=yes] http://example.com y main\n" >/etc/apt/sources.list' \
	'RUN printf "[off]\nenabled=0\ngpgch\145ck = 0\n[on]\ngpgcheck=1\nrepo_gpgcheck=0\n" >/etc/yum.repos.d/x.repo'
made "another one" bed image "$W/one" newer 'LABEL version=2'

# A digest of the repository for each kind of signature: image NAME, container NAME.
push() { # IMAGE NAME
	made "the tag $2" bed docker "$W/one" tag "$1" "$hub/shop/$2:1"
	made "the push of $2" bed docker "$W/one" push -q "$hub/shop/$2:1"
}
digest_of() { bed docker "$W/one" inspect -f '{{range .RepoDigests}}{{println .}}{{end}}' "$hub/shop/$1:1" | sed -n "s|^$hub/shop/$1@||p"; }
for each in cosign bundle notation client stranger unsigned moved; do
	made "the image $each" bed image "$W/one" "made-$each" "LABEL name=$each"
	push "made-$each" $each
	made "the container $each" bed docker "$W/one" create --name $each "$hub/shop/$each:1" sleep 1
done
made "a container of an image that was built here" bed docker "$W/one" create --name local sourced sleep 1
made "a container of good sources" bed docker "$W/one" create --name checked checked sleep 1
made "a container by id" bed docker "$W/one" create --name byid "$(bed docker "$W/one" inspect -f '{{.Id}}' made-cosign)" sleep 1
made "what nobody pushed" bed docker "$W/one" tag newer "$hub/shop/absent:1"
made "a container of it" bed docker "$W/one" create --name absent "$hub/shop/absent:1" sleep 1
push newer moved
for key in release stranger root; do
	made "the key $key" openssl ecparam -genkey -name prime256v1 -noout -out keys/$key.key
	made "its public part" openssl pkey -in keys/$key.key -pubout -out keys/$key.pub
done
made "keys of Notation" notation_keys "$W/keys"
made "a signature of cosign" cosign_sign shop/cosign "$(digest_of cosign)" keys/release.key
made "a signature of somebody else" cosign_sign shop/stranger "$(digest_of stranger)" keys/stranger.key
: >referrers
made "a bundle" bundle_sign shop/bundle "$(digest_of bundle)" keys/release.key
: >referrers
made "a signature of Notation" notation_sign shop/notation "$(digest_of notation)" "$W/keys"
made "trust data of the client" content_trust_sign "$HOME/.docker/trust" shop/client "$(digest_of client)" keys/root.key

cat >settings.yaml <<END
signature_policy:
  keys: [keys/release.pub, {file: keys/root.pub, images: ["$hub/shop/client"]}]
  certificates: [{file: keys/ca.pem, identities: ["CN=release, O=Example"]}]
  content_trust: true
END
facts() { # OPTION...
	expect "facts $*" 0 bed inside "$W/one" "$SEAWALL" facts docker -q --host "unix://$W/one/docker.sock" "$@" -o "$W/facts.json"
}
signature() { # NAME WANT: [valid, kind, who] of each signature, or why there are none
	got=$(jq -c --arg t "$hub/shop/$1:1" '.images[] | select(.engine.repo_tags | index($t)) |
		if .signatures then [.signatures[] | [.valid, .kind, .identity, .error]] else [.not_read[] | select(.what == "signatures") | .reason] end' facts.json)
	if [ "$got" = "$2" ]; then ok "signatures of $1"; else not_ok "signatures of $1" "$got, want $2"; fi
}
registry() { # CONTAINER FILTER WANT
	got=$(jq -c --arg c "$1" ".containers[] | select(.name == \$c) | .image_facts.registry | $2" facts.json)
	if [ "$got" = "$3" ]; then ok "registry of $1"; else not_ok "registry of $1" "$got, want $3"; fi
}

# ---- nobody is asked --------------------------------------------------------------------------------------------
facts --no-image-contents
registry cosign . null
signature cosign '["nobody was told to ask registries"]'
facts --no-image-contents --settings settings.yaml
signature cosign '["nobody was told to ask registries"]'
signature client '[[true,"content trust","keys/root.pub",""]]'

# ---- asked --------------------------------------------------------------------------------------------------------
facts --registry --settings settings.yaml
signature cosign '[[true,"cosign","keys/release.pub",""]]'
signature bundle '[[true,"cosign","keys/release.pub",""]]'
signature notation '[[true,"notation","CN=release,O=Example",""]]'
signature stranger '[[false,"cosign","","no key of the policy made it"]]'
signature unsigned '[]'
registry cosign '[.reference, .error]' "[\"$hub/shop/cosign:1\",\"\"]"
registry cosign .digest "\"$(digest_of cosign)\""
registry byid '.digest != ""' true
registry moved ".digest == \"$(digest_of moved)\"" true
registry local '.error' '"the image was not pulled from a registry, and its name names none"'
registry absent '[.digest, .error]' '["",""]'
got=$(jq -c '.images[] | select(.engine.repo_tags | index("sourced:latest")) | [.package_sources[] | [.path, .section, .text]]' facts.json)
want='[["etc/apt/sources.list","","deb [trusted=yes]"],["etc/yum.repos.d/x.repo","off","enabled=0"],["etc/yum.repos.d/x.repo","off","gpgcheck = 0"],["etc/yum.repos.d/x.repo","on","gpgcheck=1"],["etc/yum.repos.d/x.repo","on","repo_gpgcheck=0"]]'
if [ "$got" = "$want" ]; then ok "sources of packages"; else not_ok "sources of packages" "$got"; fi

# ---- judged ---------------------------------------------------------------------------------------------------------
check() { # OPTION...
	expect "check $*" 0 bed inside "$W/one" "$SEAWALL" check docker -q -f json --host "unix://$W/one/docker.sock" "$@" -o "$W/report.json"
}
says() { # NAME CONTROL FILTER WANT
	got=$(jq -c --arg n "$2" ".controls[] | select(.number == \$n) | $3" report.json)
	if [ "$got" = "$4" ]; then ok "$1"; else not_ok "$1" "$got, want $4"; fi
}
check --registry --settings settings.yaml --control 4.11,4.12,5.28
says "4.11 finds sources" 4.11 '[.status, (.findings | length), (.findings[0].message | contains("etc/apt/sources.list: deb [trusted=yes]"))]' '["manual",1,true]'
says "4.12 names who is not signed" 4.12 '[.status, ([.findings[].subject] | sort)]' \
	"[\"manual\",[\"$hub/shop/absent:1\",\"$hub/shop/stranger:1\",\"$hub/shop/unsigned:1\",\"checked:latest\",\"made-moved:latest\",\"sourced:latest\"]]"
says "5.28 names who is not current" 5.28 '[.status, [.findings[].subject]]' '["manual",["absent","moved"]]'
lacks "no password of a source" report.json geheim
check --registry --settings settings.yaml --control 4.12,5.28 --include-name "cosign,bundle,notation,client,$hub/shop/cosign:1,$hub/shop/bundle:1,$hub/shop/notation:1,$hub/shop/client:1"
says "4.12 passes" 4.12 .status '"pass"'
says "5.28 passes" 5.28 .status '"pass"'
check --control 4.12,5.28
says "4.12 without a policy" 4.12 .status '"not_applicable"'
says "5.28 is left to a person" 5.28 .status '"manual"'
check --settings settings.yaml --control 4.12 --no-image-contents
says "4.12 that nobody could look at is no pass" 4.12 .status '"error"'

# ---- a registry that is gone, one that is wrong -----------------------------------------------------------------------
kill "$server" && wait "$server" 2>/dev/null
cat >wrong.py <<'END'
import http.server, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        sys.stderr.write("asked " + self.path + "\n")
        if self.path.endswith("/v2/"):
            self.send_response(200)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.oci.image.manifest.v1+json")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"[" * 65536)
        except OSError:
            pass

    def do_HEAD(self):
        sys.stderr.write("asked " + self.path + "\n")
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass

http.server.ThreadingHTTPServer(("127.0.0.1", 5000), Handler).serve_forever()
END
facts --registry --settings settings.yaml --no-image-contents
registry cosign '.digest == "" and (.error | length > 0)' true
signature client '[[true,"content trust","keys/root.pub",""]]'
jq -c '.images[] | select(.engine.repo_tags | index("'"$hub"'/shop/cosign:1")) | has("signatures")' facts.json >got
echo false >want
same "a registry that is gone says nothing of signatures" got want
: >server.log
server sh "$SOURCE/tests/docker/bed.sh" inside "$W/one" python3 -u "$W/wrong.py"
await answers || { not_ok "wrong registry" "it does not answer: $(tail -n 3 server.log)" && exit 1; }
: >server.log
facts --registry --settings settings.yaml --no-image-contents
registry cosign '.digest == "" and (.error | length > 0)' true
got=$(jq '[.images[].signatures[]? | select(.valid and .kind != "content trust")] | length' facts.json)
if [ "$got" = 0 ]; then ok "endless answers sign nothing"; else not_ok "endless answers sign nothing" "$got signatures"; fi
if [ "$(grep -c '/shop/cosign/manifests/1$' server.log)" -le 2 ]; then ok "asked once"; else not_ok "asked once" "$(grep -c '/shop/cosign/manifests/1$' server.log) times"; fi
