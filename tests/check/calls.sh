#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What may be called where. (Calls that nobody may make do not compile: src/base/banned.h.)
files=$(mktemp)
trap 'rm -f "$files"' EXIT
git ls-files --cached --others --exclude-standard 'src/*.c' 'src/*.h' | sort -u >"$files"
passed=0 failed=0

rule() { # TEXT ALLOWED-FILES PATTERN: outside comments, PATTERN stands only in these files
	if grep -Ev "$2" "$files" | xargs grep -nE "$3" | grep -vE ':[0-9]+:[[:space:]]*/?\*'; then
		echo "^ $1"
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
	fi
}

rule "SQL belongs to store/ and advisory/" \
	'^src/(store|advisory)/' '\bsqlite3_[a-z]+|<sqlite3\.h>'
# (arena.c: the last words before abort when there is no memory)
rule "library code does not write to stdout or stderr" \
	'^src/(cmd/|main\.c|base/(log|arena)\.c)' '(^|[^a-z_])(printf|puts|putchar|perror)\(|\bstd(out|err)\b'
rule "library code does not exit" \
	'^src/(cmd/|sandbox/|main\.c)' '(^|[^a-z_])_?exit\('
rule "library code does not log" \
	'^src/(cmd/|hub/|sensor/|main\.c|base/log\.)' '\blog_(error|warn|info|debug)\('
rule "no system() and popen(): programs are started with an argument list" \
	'^$' '(^|[^a-z_])(system|popen)\('
rule "no variable-length view of SQL: statements are constants" \
	'^$' '(buf_fmt|str_fmt|snprintf)\([^;]*"(SELECT|INSERT|UPDATE|DELETE|CREATE) '
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
