# SPDX-License-Identifier: Apache-2.0
# e2e: root daemon alone timeout=300 needs=docker,jq
# `check docker --watch` on a live engine: differences after events and changes of files, the whole report in a file, an
# engine that goes away and comes back.
. "$SOURCE/tests/e2e/lib.sh"
export BED_REGISTRY="$W/beds" # owners of other beds are not seen from here
bed() { sh "$SOURCE/tests/docker/bed.sh" "$@"; }
trap 'stop_servers; bed stop "$W/bed"' EXIT
mkdir -p bed/etc/docker
printf '{"icc": false}\n' >bed/etc/docker/daemon.json
if ! BED_SOCKET=/var/run/docker.sock bed start "$W/bed" >start.log 2>&1; then
	not_ok "an engine" "$(tail -3 start.log)"
	exit 0
fi
bed image "$W/bed" local/app >/dev/null 2>&1
lines() { jq -c "select($1)" out.jsonl 2>/dev/null | grep -q .; }
arrives() { # NAME EXPRESSION: such a line comes
	if await lines "$2"; then ok "$1"; else not_ok "$1" "no line with $2 in: $(tail -5 out.jsonl)"; fi
}

: >out.jsonl
# shellcheck disable=SC2016 # of the shell inside
bed inside "$W/bed" env XDG_CACHE_HOME="$W/cache" sh -c 'echo $$ >"$2/pid"; exec "$1" check docker --watch -f json -o "$2/report.json"' - "$SEAWALL" "$W" >out.jsonl 2>watch.err &
server=$!
servers="$servers $server"
arrives "it says that it has begun" '.event == "started" and .benchmark == "1.8.0"'
has "the whole report is in the file" report.json '"kind": "docker_benchmark"'

bed docker "$W/bed" run -d --name shares --pid host local/app sleep 999 >/dev/null
arrives "a container that is wrong is told" '.event == "control" and .number == "5.16" and .from == "not_applicable" and .to == "fail"'
arrives "with its finding" '.event == "finding" and .number == "5.16" and .document == "shares" and .to == "fail"'
arrives "and the cause" '.cause.kind == "event" and (.cause.what | startswith("container"))'
whole() { jq -e '.controls[] | select(.number == "5.16") | .status == "fail"' report.json; }
if await whole; then ok "the file follows"; else not_ok "the file follows" "5.16 does not fail in it"; fi
bed docker "$W/bed" rm -f shares >/dev/null
arrives "when it is gone, that is told, too" '.event == "finding" and .number == "5.16" and .document == "shares" and .to == "absent"'

bed inside "$W/bed" chmod 666 /etc/docker/daemon.json
arrives "a file that changes" '.event == "control" and .number == "3.18" and .from == "pass" and .to == "fail"'
bed inside "$W/bed" chmod 644 /etc/docker/daemon.json
arrives "and changes back" '.event == "control" and .number == "3.18" and .from == "fail" and .to == "pass" and .cause == {kind: "file", what: "/etc/docker/daemon.json"}'

BED_SOCKET=/var/run/docker.sock bed restart "$W/bed" >>start.log 2>&1
back() { grep -q "heard again" watch.err; }
if await back; then ok "an engine that comes back is heard again"; else not_ok "an engine that comes back is heard again" "$(tail -3 watch.err)"; fi
comes "that it was away was said" watch.err "cannot be heard"
bed docker "$W/bed" run -d --name again --pid host local/app sleep 999 >/dev/null
arrives "and its events count" '.event == "finding" and .number == "5.16" and .document == "again" and .to == "fail"'
if jq -e . out.jsonl >/dev/null 2>&1; then ok "each line is JSON"; else not_ok "each line is JSON" "$(tail -2 out.jsonl)"; fi
kill -TERM "$(cat pid)"
status=0
wait "$server" || status=$?
if [ "$status" = 0 ]; then ok "SIGTERM ends it with status 0"; else not_ok "SIGTERM ends it with status 0" "status $status"; fi
