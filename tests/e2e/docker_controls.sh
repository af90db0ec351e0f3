# SPDX-License-Identifier: Apache-2.0
# e2e: root daemon alone timeout=600 needs=curl,docker-registry,dockerd,busybox,ip,jq,newuidmap,openssl,python3,rootlesskit,setpriv,slirp4netns
# Every control of the benchmark on real engines (tests/docker/hosts.sh), by the table tests/docker/controls.txt.
. "$SOURCE/tests/e2e/lib.sh"
export BED_REGISTRY="$W/beds" # owners of other beds are not seen from here
. "$SOURCE/tests/docker/hosts.sh"
hub=127.0.0.1:5000 # of the good host alone
. "$SOURCE/tests/docker/sign.sh"
table=$SOURCE/tests/docker/controls.txt
trap 'for host in good bad plain less; do bed stop "$W/$host"; done; stop_servers' EXIT
umask 022
chmod o+x "$W" # user namespaces: their root passes through

# What the operator says: in good.yaml whatever makes a control pass that needs it, in bad.yaml what makes it fail.
today=$(date -u +%Y-%m-%d)
cat >good.yaml <<END
trusted_docker_users: [carol]
minimum_engine_version: "20.10"
base_images: ["*"]
denied_packages: [telnetd]
image_ports: {"good*": ["8080/tcp"]}
ulimits: ["nofile=512:1024"]
stopped_containers: 25
attestations:
  - {control: SW-DOCKER-1.2.1, date: "$today", by: tests}
  - {control: SW-DOCKER-7.6, date: "$today", by: tests}
END
cat >bad.yaml <<'END'
trusted_docker_users: [carol]
minimum_engine_version: "99.0"
base_images: ["registry.example.org/*"]
denied_packages: [telnetd]
image_ports: {"bad*": ["443/tcp"]}
stopped_containers: 0
signature_policy: true
node_cert_days: 30
END
echo 'signature_policy: {keys: [release.pub]}' >policy.yaml

run() { # HOST NAME OPTION...: NAME.json, the report of a host; in its namespaces, its audit rules from its files
	host=$1 report=$2
	shift 2
	bed inside "$W/$host" --no-audit "$SEAWALL" check docker -q -f json --db "$W/flaws.db" "$@" >"$W/$report.json" 2>"$W/$report.err" ||
		not_ok "report $report" "exit status $?: $(head -c 400 "$W/$report.err")"
}

changed() { # NAME HOST [OPTION...]: the facts of a host changed by tests/docker/facts/NAME.jq, judged
	name=$1 host=$2
	shift 2
	jq -f "$SOURCE/tests/docker/facts/$name.jq" "$W/$host.facts" >"$W/$name.facts" 2>"$W/$name.err" &&
		"$SEAWALL" check docker -q -f json --facts "$W/$name.facts" "$@" >"$W/$name.json" 2>>"$W/$name.err" ||
		not_ok "facts $name" "exit status $?: $(head -c 400 "$W/$name.err")"
}

facts() { # HOST NAME
	bed inside "$W/$1" --no-audit "$SEAWALL" facts docker -q >"$W/$2.facts" 2>"$W/$2.err" ||
		not_ok "facts of $2" "exit status $?: $(head -c 400 "$W/$2.err")"
}

made() { # NAME COMMAND...
	name=$1
	shift
	"$@" >"$W/out" 2>"$W/err" && return
	not_ok "$name is made" "exit status $?"
	exit 1
}

reg() { bed inside "$W/good" "$@"; }
registry_answers() { reg curl -sf --noproxy '*' "http://$hub/v2/"; }

asks() { # HOST: the reports unsigned, signed, outdated, of a container whose image lies in a registry
	cat >registry.yml <<END
version: 0.1
log: {level: warn}
storage: {filesystem: {rootdirectory: $W/registry-data}}
http: {addr: "$hub"}
END
	server sh "$SOURCE/tests/docker/bed.sh" inside "$W/$1" env OTEL_TRACES_EXPORTER=none docker-registry serve "$W/registry.yml"
	made "a registry" await registry_answers
	made "a name in it" bed docker "$W/$1" tag good "$hub/shop/app:1"
	made "an image in it" bed docker "$W/$1" push -q "$hub/shop/app:1"
	made "a container of it" bed docker "$W/$1" create --name of-registry --log-driver none "$hub/shop/app:1" sleep 1
	made "a key" openssl ecparam -genkey -name prime256v1 -noout -out release.key
	made "its public part" openssl pkey -in release.key -pubout -out release.pub
	run "$1" unsigned --registry --settings "$W/policy.yaml" --control 4.12,5.28
	digest=$(bed docker "$W/$1" inspect -f '{{index .RepoDigests 0}}' "$hub/shop/app:1")
	made "a signature" cosign_sign shop/app "${digest#*@}" release.key
	run "$1" signed --registry --settings "$W/policy.yaml" --control 4.12,5.28
	made "another image" bed image "$W/$1" newer 'LABEL version=2'
	made "the same name for it" bed docker "$W/$1" tag newer "$hub/shop/app:1"
	made "it in the registry" bed docker "$W/$1" push -q "$hub/shop/app:1"
	run "$1" outdated --registry --settings "$W/policy.yaml" --control 4.12,5.28
}

# Advisories: of one package, which the bad host has and the good one has not.
echo '{"schema_version":"1.6.0","id":"CVE-2099-0001","modified":"2099-01-01T00:00:00Z","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],"affected":[{"package":{"ecosystem":"Debian:12","name":"telnetd"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2"}]}]}]}' >flaws.jsonl
expect "advisories" 0 "$SEAWALL" db import -q --db flaws.db --name flaws flaws.jsonl

# ---- the reports ------------------------------------------------------------------------------------------------
made "the good host" host_good "$W/good"
made "the bad host" host_bad "$W/bad"
made "the plain host" host_plain "$W/plain"
run good good --settings "$W/good.yaml"
run good old --benchmark 1.3.1
facts good good
asks good
made "an image of the withdrawn product" bed docker "$W/bad" tag bad docker/ucp:3
made "an image of its registry" bed docker "$W/bad" tag bad docker/dtr:2
run bad bad
run bad bad_list --settings "$W/bad.yaml"
run bad ucp --benchmark 1.3.1
made "a good swarm" swarm_good "$W/plain"
run plain swarm_good --settings "$W/good.yaml"
made "an old authority" old_ca "$W/plain"
run plain swarm_old --settings "$W/good.yaml"
made "its end" bed docker "$W/plain" swarm leave --force
made "a bad swarm" swarm_bad "$W/bad" "$W/plain"
run bad swarm_bad --settings "$W/bad.yaml"
made "a rootless host" bed rootless "$W/less"
read -r user rest <less/user
run less less --host "unix:///run/user/$user/docker.sock"
for name in aufs devicemapper unconfined confined; do
	changed $name good
done

# ---- what they say -------------------------------------------------------------------------------------------------
status_of() { # REPORT CONTROL (of 1.8.0, or W and a number of 1.3.1)
	case $2 in
	W*) jq -r --arg id "SW-DOCKER-$2" '.controls[] | select(.id == $id) | .status' "$W/$1.json" ;;
	*) jq -r --arg n "$2" '.controls[] | select(.number == $n) | .status' "$W/$1.json" ;;
	esac 2>>"$W/jq.err"
}

detail() { # REPORT CONTROL
	jq -c --arg id "SW-DOCKER-$2" '.controls[] | select(.id == $id)' "$W/$1.json" 2>/dev/null | head -c 1500
}

proves() { # CONTROL RUN[:STATUS] STATUS WHY
	report=${2%%:*} want=$3
	[ "$report" = "$2" ] || want=${2#*:}
	got=$(status_of "$report" "$1")
	if [ "$got" = "$want" ]; then
		ok "$1 $want ($4)"
	else
		echo "not ok $1 $want ($4): '$got' in the report $report"
		detail "$report" "$1" | sed 's/^/    /'
		echo
	fi
}

grep -v '^#' "$table" | tr -s ' ' | sed 's/ | /|/g' >rows
while IFS='|' read -r control how fails fail_why passes pass_why reason; do
	case $how in
	live | root) ;;
	facts | test) [ -n "$reason" ] || not_ok "$control" "not live, and no reason" ;;
	*) not_ok "$control" "no word '$how'" ;;
	esac
	if [ "$how" != test ]; then
		proves "$control" "$fails" fail "$fail_why"
		proves "$control" "$passes" pass "$pass_why"
	fi
	case $how in facts | test) echo "left out $control on a live host: $reason" ;; esac
done <rows

# Nothing is missing in the table, nothing in it is unknown, and each report holds all of its version.
sed -n 's/^SW-DOCKER-\([^ ]*\) .*/\1/p' "$SOURCE/tests/data/policy/docker_benchmark.txt" | sort -u >known
cut -d '|' -f 1 rows | sort >listed
same "every control is in the table, once" listed known
jq -r '.controls[].id' good.json old.json | sed 's/^SW-DOCKER-//' | sort -u >reported
grep -v '^W2\.13' known >chosen
same "every control is in the reports" reported chosen
