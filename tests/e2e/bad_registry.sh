# SPDX-License-Identifier: Apache-2.0
# e2e: timeout=180
# A registry that misbehaves: one clear line, the right exit status, nothing left behind, no hang.
. "$SOURCE/tests/e2e/lib.sh"

for tool in umoci python3; do
	command -v $tool >/dev/null || { skip bad_registry "$tool is not installed" && exit 0; }
done
umoci init --layout img
umoci new --image img:one
mkdir files tmp
echo 'ID=debian' >files/os-release
head -c 400000 /dev/urandom >files/big
umoci insert --image img:one files /etc

python3 "$SOURCE/tests/fixture/bad_registry.py" img >port 2>server.log &
server=$!
servers=$server
ready() { [ -s port ]; }
await ready || { not_ok start "no server: $(tail -n 1 server.log)" && exit 1; }
hub=127.0.0.1:$(cat port)
export HOME="$W" TMPDIR="$W/tmp"
unset DOCKER_CONFIG REGISTRY_AUTH_FILE XDG_RUNTIME_DIR

scan() { # REPOSITORY STATUS TEXT...
	repository=$1 want=$2 text=$3

	begin=$(date +%s)
	expect "$repository" "$want" "$SEAWALL" scan --no-cache --timeout 10s "docker://$hub/$repository:1"
	[ $(($(date +%s) - begin)) -lt 25 ] || not_ok "$repository in time" "took too long"
	[ "$want" = 0 ] && return
	has "$repository told" err "$text"
	if [ "$(grep -c . err)" = 1 ]; then ok "$repository one line"; else not_ok "$repository one line" "want one"; fi
}

scan good 0 ''
scan flaky 0 ''
scan short 3 'bytes instead of'
scan longer 3 'layer'
scan other 3 'wrong digest'
scan circle 3 'redirected'
scan token 3 'token service'
lacks "token not shown" err sesa
scan manifest 3 'more than 4194304 bytes'
scan stall 3 'not done'
scan hang 3 'not done in the time allowed'
left=$(ls -A tmp)
if [ -z "$left" ]; then ok "nothing left"; else not_ok "nothing left" "$left"; fi
