# SPDX-License-Identifier: Apache-2.0
# What several checks ask of facts documents.
package seawall.lib.facts

# Names of accounts that are the superuser: "root", "0", and both with a group behind.
is_root(user) if {
	name := lower(trim_space(split(user, ":")[0]))
	name in {"", "root", "0"}
}

is_root(user) if regex.match(`^0+(:|$)`, trim_space(user))

is_time(text) if time.parse_rfc3339_ns(text)

# What a collector could not read of a facts document: reasons by the thing's name.
not_read(what) := reasons if {
	reasons := [object.get(entry, "reason", "it could not be read") |
		some entry in input.not_read
		startswith(lower(entry.what), lower(what))
	]
	count(reasons) > 0
}

# The reason for an absent field.
why_absent(what) := {
	"msg": sprintf("%v: %v", [what, not_read(what)[0]]),
	"ja": sprintf("%v を読めなかった: %v", [what, not_read(what)[0]]),
} if {
	not_read(what)
} else := {
	"msg": sprintf("the facts do not say %v", [what]),
	"ja": sprintf("収集した事実に %v がない", [what]),
}

# The value there; null: there is none.
at(path) := object.get(input, path, null) if is_object(input) else := null

no_document := {
	"msg": "the facts are no object",
	"ja": "収集した事実がオブジェクトでない",
}

# What a facts document is about.
name := input.name if is_string(input.name) else := input.host if is_string(input.host) else := "?"
