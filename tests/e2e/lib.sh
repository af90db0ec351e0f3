# SPDX-License-Identifier: Apache-2.0
# Sourced by the tests beside it: . "$SOURCE/tests/e2e/lib.sh"
# The test runs in $W, an empty folder of its own. Output of the last `expect` is in $W/out, $W/err.
set -u
servers=
trap 'stop_servers' EXIT
trap 'exit 143' INT TERM

ok() { echo "ok $1"; }
skip() { echo "skip $1: $2"; } # NAME REASON

not_ok() { # NAME WHY: what the command printed goes along
	echo "not ok $1: $2"
	for file in out err; do
		[ ! -s "$W/$file" ] || head -c 4000 "$W/$file" | sed "s/^/    std$file: /"
	done
}

sanitized() { # the binary is the one of ./dev build asan
	case $SEAWALL in */build-asan/*) ;; *) false ;; esac
}

expect() { # NAME STATUS COMMAND...: the command ends with that status
	name=$1 want=$2
	shift 2
	status=0
	"$@" >"$W/out" 2>"$W/err" || status=$?
	if [ "$status" = "$want" ]; then ok "$name"; else not_ok "$name" "exit status $status, want $want"; fi
}

has() { # NAME FILE TEXT: the file holds the text
	if grep -qF -- "$3" "$2"; then ok "$1"; else not_ok "$1" "no '$3' in $2"; fi
}

lacks() { # NAME FILE TEXT: the file can be read and does not hold the text
	if [ -r "$2" ] && ! grep -qF -- "$3" "$2"; then ok "$1"; else not_ok "$1" "'$3' in $2"; fi
}

same() { # NAME GOT WANT: two files are equal
	if diff -u "$3" "$2" >"$W/out" 2>"$W/err"; then ok "$1"; else not_ok "$1" "$2 differs from $3"; fi
}

server() { # COMMAND...: starts it in the background, its output in $W/server.log; sets $server
	"$@" >>"$W/server.log" 2>&1 &
	server=$!
	servers="$servers $server"
}

await() { # COMMAND...: until it succeeds, at most a minute (machines are slow at times), as long as the last server lives
	await_until=$(($(date +%s) + 60))
	until "$@" >/dev/null 2>&1; do
		if [ "$(date +%s)" -gt $await_until ] || ! kill -0 "${server:-$$}" 2>/dev/null; then
			return 1
		fi
		sleep 0.05
	done
}

comes() { # NAME FILE TEXT: the file, which a server still writes, comes to hold the text
	if await grep -qF -- "$3" "$2"; then ok "$1"; else not_ok "$1" "no '$3' in $2: $(tail -n 3 "$2")"; fi
}

stop_servers() {
	for pid in $servers; do
		kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
	servers=
}
