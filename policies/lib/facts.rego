# SPDX-License-Identifier: Apache-2.0
# What several checks ask of facts documents.
package seawall.lib.facts

# Names of accounts that are the superuser: "root", "0", and both with a group behind.
is_root(user) if {
	name := lower(trim_space(split(user, ":")[0]))
	name in {"", "root", "0"}
}

is_root(user) if regex.match(`^0+(:|$)`, trim_space(user))
