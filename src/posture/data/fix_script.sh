# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034 # what the steps behind it use
umask 022
root=${1-}
status=0 daemon=0 rules=0 made=

failed() { # NUMBER
	echo "seawall: $1: this step failed, see above" >&2
	status=1
}

on_host() { # NUMBER: true where the step is about the machine that runs this
	[ -n "$root" ] || return 0
	echo "seawall: $1: passed over, it is about the running host" >&2
	return 1
}

# Puts a new text in the place of a file, with its owner and mode; the first one before is kept.
replace() { # FILE TEXT
	new=$1.seawall.$$
	if [ -e "$1" ]; then
		case "$made" in
		*"|$1|"*) ;;
		*) [ -e "$1.before-seawall" ] || cp -p "$1" "$1.before-seawall" || return 1 ;;
		esac
		cp -p "$1" "$new" || return 1
	else
		made="$made|$1|"
	fi
	printf '%s\n' "$2" >"$new" && mv -f "$new" "$1" && return 0
	rm -f "$new"
	return 1
}

# The line stands in the file, once.
line() { # FILE LINE
	[ -d "${1%/*}" ] || mkdir -p "${1%/*}" || return 1
	if [ -e "$1" ]; then
		text=$(cat "$1") || return 1
		if printf '%s\n' "$text" | grep -qxF -e "$2"; then return 0; fi
		[ -z "$text" ] || set -- "$1" "$text
$2"
	fi
	replace "$1" "$2"
}

# The members of the object are put into the object of the file; what else it holds stays.
merge() { # FILE OBJECT
	[ -d "${1%/*}" ] || mkdir -p "${1%/*}" || return 1
	text={}
	if [ -e "$1" ]; then text=$(cat "$1") || return 1; fi
	merged=$(printf '%s\n' "$text" | PATCH=$2 LC_ALL=C awk "$merging") || {
		echo "seawall: $1 was left as it is; put this into it by hand: $2" >&2
		return 1
	}
	if [ "$merged" = "$text" ] && [ -e "$1" ]; then return 0; fi
	replace "$1" "$merged" && daemon=1
}

# shellcheck disable=SC2016 # a program of awk
merging='
function blank(s, at) {
	while (at <= length(s) && index(" \t\r\n", substr(s, at, 1)) > 0) at++
	return at
}
# Behind the string that begins at `at`; 0: it does not end.
function behind_string(s, at,    c) {
	for (at++; at <= length(s); at++) {
		c = substr(s, at, 1)
		if (c == "\\") at++
		else if (c == "\"") return at + 1
	}
	return 0
}
# Behind the value that begins at `at`; 0: it does not end.
function behind_value(s, at,    c, open) {
	open = ""
	while (at > 0 && at <= length(s)) {
		c = substr(s, at, 1)
		if (c == "\"") { at = behind_string(s, at); if (open == "") return at; continue }
		if (c == "{" || c == "[") open = (c == "{" ? "}" : "]") open
		else if (c == "}" || c == "]") {
			if (open == "") return at
			if (substr(open, 1, 1) != c) return 0
			open = substr(open, 2)
			if (open == "") return at + 1
		} else if (open == "" && index(", \t\r\n", c) > 0) return at
		at++
	}
	return 0
}
# Members of an object: key[i], from[i], to[i] (behind the value); their number, or -1.
function members(s, key, from, to,    n, at, end) {
	n = 0
	at = blank(s, 1)
	if (substr(s, at, 1) != "{") return -1
	at = blank(s, at + 1)
	to[0] = at
	while (substr(s, at, 1) != "}") {
		if (n > 0) {
			if (substr(s, at, 1) != ",") return -1
			at = blank(s, at + 1)
		}
		if (substr(s, at, 1) != "\"") return -1
		end = behind_string(s, at)
		if (end == 0) return -1
		n++
		key[n] = substr(s, at + 1, end - at - 2)
		if (index(key[n], "\\") > 0) return -1
		at = blank(s, end)
		if (substr(s, at, 1) != ":") return -1
		from[n] = blank(s, at + 1)
		to[n] = behind_value(s, from[n])
		if (to[n] <= from[n]) return -1
		at = blank(s, to[n])
	}
	if (blank(s, at + 1) <= length(s)) return -1
	return n
}
# Without white space outside of strings: to compare.
function bare(s,    out, at, end, c) {
	out = ""
	for (at = 1; at <= length(s); at++) {
		c = substr(s, at, 1)
		if (c == "\"") {
			end = behind_string(s, at)
			if (end == 0) return s
			out = out substr(s, at, end - at)
			at = end - 1
		} else if (index(" \t\r\n", c) == 0) out = out c
	}
	return out
}
function merge(s, patch, indent,    key, from, to, pkey, pfrom, pto, n, pn, i, k, out, done, old, new, seen) {
	n = members(s, key, from, to)
	pn = members(patch, pkey, pfrom, pto)
	if (n < 0 || pn < 0) { bad = 1; return s }
	out = ""
	done = 1
	for (i = 1; i <= n; i++) {
		for (k = 1; k <= pn; k++) {
			if (pkey[k] != key[i]) continue
			seen[k] = 1
			old = substr(s, from[i], to[i] - from[i])
			new = substr(patch, pfrom[k], pto[k] - pfrom[k])
			if (substr(old, 1, 1) == "{" && substr(new, 1, 1) == "{") new = merge(old, new, indent "  ")
			if (bare(old) == bare(new)) continue
			out = out substr(s, done, from[i] - done) new
			done = to[i]
		}
	}
	if (n > 0) {
		out = out substr(s, done, to[n] - done)
		done = to[n]
	} else {
		out = "{"
		done = to[0]
	}
	for (k = 1; k <= pn; k++) {
		if (k in seen) continue
		out = out (n > 0 ? "," : "") "\n" indent "\"" pkey[k] "\": " substr(patch, pfrom[k], pto[k] - pfrom[k])
		if (n == 0) tail = 1
		n++
	}
	if (tail) { out = out "\n" substr(indent, 3); tail = 0 }
	return out substr(s, done)
}
{ text = text (NR > 1 ? "\n" : "") $0 }
END {
	if (blank(text, 1) > length(text)) text = "{}"
	text = merge(text, ENVIRON["PATCH"], "  ")
	if (bad) { print "seawall: not an object of JSON" > "/dev/stderr"; exit 3 }
	print text
}
'
