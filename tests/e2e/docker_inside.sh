# SPDX-License-Identifier: Apache-2.0
# e2e: root daemon alone timeout=500 needs=dockerd,busybox,ip,jq,podman,skopeo,strip
# `seawall check docker` from inside of a container of its own image (deploy/container), with the host's root mounted, in the host's
# process namespace and in its own: the same verdicts as on the host itself.
. "$SOURCE/tests/e2e/lib.sh"
. "$SOURCE/tests/docker/hosts.sh"
trap 'bed stop "$W/host"' EXIT
export BED_REGISTRY="$W/beds"
if sanitized; then
	skip "the image" "the sanitizers' libraries are not in it; plain builds test it"
	exit 0
fi

mkdir -p host
host_files "$W/host"
expect "an engine" 0 env BED_SOCKET=/var/run/docker.sock sh "$SOURCE/tests/docker/bed.sh" start "$W/host" --icc=false
bed image "$W/host" app 'USER app' || not_ok "an image" "it cannot be made"
bed docker "$W/host" run -d --name web -v /etc:/host/etc:ro --cap-add NET_ADMIN app sleep 3600 >/dev/null
bed docker "$W/host" run -d --name shared --pid host --network host app sleep 3600 >/dev/null
expect "the image is built" 0 env SEAWALL_PROGRAM="$SEAWALL" sh "$SOURCE/deploy/container/image.sh" "$W/image.tar" localhost/seawall:test
expect "a form that the engine loads" 0 skopeo copy -q --insecure-policy "oci-archive:$W/image.tar" "docker-archive:$W/load.tar:localhost/seawall:test"
expect "it is loaded" 0 bed docker "$W/host" load -q -i "$W/load.tar"

# Audit rules are those of files on both sides, since the kernel tells them to the host alone.
bed inside "$W/host" --no-audit "$SEAWALL" check docker -q -f json --no-image-contents >direct.json 2>err || not_ok "check on the host" "exit status $?"
verdicts() { # FILE: of what is not about the container of the check itself
	jq -r '.controls[] | select(.number | test("^(1\\.|2\\.|3\\.|7\\.)")) | "\(.number) \(.status) \(.reason // "")"' "$1"
	jq -r '.controls[] | .number as $n | .findings[]? | select(.document.kind == "container") | select(.document.name | test("^(web|shared)$"))
		| "\($n) \(.document.name) \(.status) \(.evidence // "")"' "$1" | sort
}
verdicts direct.json >direct
[ -s direct ] || not_ok "verdicts on the host" "none"
for how in "of its own processes" "of the host's processes"; do
	set --
	[ "$how" = "of its own processes" ] || set -- --pid host
	bed docker "$W/host" run --rm --name looker -u 0 --read-only --tmpfs /tmp --tmpfs /var/lib/seawall --cap-drop ALL --cap-add SYS_PTRACE --cap-add DAC_READ_SEARCH \
		--network none "$@" -v /:/host:ro localhost/seawall:test check docker --host-root /host -q -f json --no-image-contents >inside.json 2>err ||
		not_ok "check inside, in a namespace $how" "exit status $?: $(tail -n 3 err)"
	verdicts inside.json >inside
	same "the same verdicts, in a namespace $how" inside direct
	if [ "$(jq -r '[.controls[] | select(.number == "5.16") | .findings[].document.name] | index("shared") != null' inside.json)" = true ]; then
		ok "namespaces are told by the kernel, in a namespace $how"
	else
		not_ok "namespaces are told by the kernel, in a namespace $how" "$(jq -c '.controls[] | select(.number == "5.16")' inside.json | head -c 600)"
	fi
done
# Without the host's root what is the machine's is not known, and is not guessed.
bed docker "$W/host" run --rm --name looker -u 0 --network none -v /run/docker.sock:/var/run/docker.sock -v "$W/host/run/docker.sock:/run/docker.sock" \
	localhost/seawall:test check docker -q -f json --no-image-contents >alone.json 2>err || not_ok "check without the host's root" "exit status $?: $(tail -n 3 err)"
if [ "$(jq -r '[.controls[] | select(.number | IN("1.1.3", "3.1", "3.17")) | .status] | unique | join(" ")' alone.json)" = error ]; then
	ok "what is the machine's is an error with its reason"
else
	not_ok "what is the machine's is an error with its reason" "$(jq -c '[.controls[] | select(.number | IN("1.1.3", "3.1", "3.17")) | [.number, .status, .reason]]' alone.json)"
fi
