# SPDX-License-Identifier: Apache-2.0
# Owners and modes of the files of a Docker host (doc/facts-docker.md, `files`).
package seawall.lib.docker_file

import data.seawall.lib.docker

existing(role) := [file |
	some file in input.files[role]
	file.exists
]

# ---- documents that are none of a row's business ----
outside(_) := docker.no_engine

outside(role) := {
	"msg": sprintf("there is no %s", [paths(role)]),
	"ja": sprintf("%s がない", [paths(role)]),
} if {
	not docker.no_engine
	docker.given(["files", role])
	count(existing(role)) == 0
}

paths(role) := concat(", ", [file.path | some file in input.files[role]]) if count(input.files[role]) > 0

paths(role) := "such file" if count(input.files[role]) == 0

# Files of TLS count only where TLS is on; one that is configured and not there is no reason to be content.
outside_tls(_) := docker.no_daemon

outside_tls(_) := {"msg": "TLS is off", "ja": "TLS が無効"} if {
	not docker.no_daemon
	tls_known
	not tls_on
}

outside_tls(role) := outside(role) if {
	not docker.no_daemon
	tls_on
	not configured(role)
}

tls_known if docker.setting_known("tlsverify")

tls_known if docker.setting("tls") == true

tls_on if is_boolean(docker.setting("tlsverify"))

tls_on if docker.setting("tls") == true

keys := {"tls_ca": "tlscacert", "tls_cert": "tlscert", "tls_key": "tlskey"}

configured(role) if not docker.setting(keys[role]) in {null, ""}

# ---- facts that could not be had ----
missing(role) := {docker.unread(what) |
	what := sprintf("files.%s", [role])
	not complete(role)
}

complete(role) if {
	are_named(role)
	every file in existing(role) {
		is_number(file.uid)
		is_number(file.gid)
		is_number(file.mode)
	}
}

are_named(role) if {
	every file in input.files[role] {
		is_string(file.path)
		is_boolean(file.exists)
	}
}

missing_tls(role) := {docker.unread("daemon.settings") | not tls_known} | missing(role) | gone(role)

gone(role) := {{
	"msg": sprintf("%s is configured (%s) and not there", [file.path, keys[role]]),
	"ja": sprintf("%s は設定されている（%s）が存在しない", [file.path, keys[role]]),
} |
	configured(role)
	some file in input.files[role]
	not file.exists
}

# A rootless daemon works with files of its own user.
no_daemon_user := {docker.unread("daemon.uid") |
	docker.rootless
	not docker.given(["daemon", "uid"])
}

# ---- owners ----
strangers(role) := {finding |
	some file in existing(role)
	not is_roots(file)
	finding := owner_finding(file, "root:root")
}

# The same where the daemon's own user is the right one when it is rootless.
strangers_to_daemon(role) := strangers(role) if not docker.rootless

strangers_to_daemon(role) := {finding |
	some file in existing(role)
	not is_daemons(file)
	finding := owner_finding(file, sprintf("%d:%d", [input.daemon.uid, input.daemon.gid]))
} if {
	docker.rootless
}

# Where both will do.
strangers_to_both(role) := strangers(role) if not docker.rootless

strangers_to_both(role) := strangers(role) & strangers_of_daemon(role) if docker.rootless

strangers_of_daemon(role) := {finding |
	some file in existing(role)
	not is_daemons(file)
	finding := owner_finding(file, "root:root")
}

# The socket of the API.
strangers_to_socket(role) := {finding |
	some file in existing(role)
	not is_sockets(file)
	finding := owner_finding(file, "root:docker")
} if {
	not docker.rootless
}

strangers_to_socket(role) := {finding |
	some file in existing(role)
	not is_rootless_socket(file)
	finding := owner_finding(file, sprintf("%d:%d", [input.daemon.uid, input.daemon.gid]))
} if {
	docker.rootless
}

is_rootless_socket(file) if is_daemons(file)

# Its group docker is one of its user namespace, which no account of the host is in.
is_rootless_socket(file) if {
	file.uid == input.daemon.uid
	some range in input.accounts.subgid
	range.name in {file.owner, sprintf("%d", [file.uid])}
	file.gid >= range.start
	file.gid < range.start + range.count
}

# Units: the daemon's user has those in its own folders.
strangers_to_unit(role) := strangers(role) if not docker.rootless

strangers_to_unit(role) := {finding |
	some file in existing(role)
	not is_roots(file)
	not is_own_unit(file)
	finding := owner_finding(file, "root:root")
} if {
	docker.rootless
}

is_own_unit(file) if {
	is_daemons(file)
	startswith(file.path, sprintf("%s/", [input.daemon.home]))
}

is_roots(file) if {
	file.uid == 0
	file.gid == 0
}

is_daemons(file) if {
	file.uid == input.daemon.uid
	file.gid == input.daemon.gid
}

is_sockets(file) if {
	file.uid == 0
	file.group == "docker"
}

# Podman has no group of its own.
is_sockets(file) if {
	input.engine.podman == true
	is_roots(file)
}

owner_finding(file, wanted) := {
	"path": file.path,
	"owner": owner_of(file),
	"wanted": wanted,
	"subject": file.path,
	"evidence": shown(file),
}

# ---- modes ----

# Files with bits outside of what is allowed; `allowed` has four octal digits.
too_open(role, allowed) := {finding |
	some file in existing(role)
	bits.and(file.mode, bits.and(bits.negate(octal(allowed)), 4095)) != 0
	finding := {
		"path": file.path,
		"mode": mode_of(file),
		"allowed": allowed,
		"subject": file.path,
		"evidence": shown(file),
	}
}

octal(text) := sum([weighted |
	some i, letter in split(text, "")
	weighted := to_number(letter) * [512, 64, 8, 1][i]
])

owner_of(file) := sprintf("%v:%v", [object.get(file, "owner", file.uid), object.get(file, "group", file.gid)])

mode_of(file) := object.get(file, "mode_text", sprintf("%o", [file.mode]))

shown(file) := concat(", ", array.concat(
	[sprintf("%s %s %s", [object.get(file, "resolved", file.path), owner_of(file), mode_of(file)])],
	[sprintf("through %s", [concat(" and ", file.links)]) | count(file.links) > 0],
))

seen(role) := {{"subject": file.path, "evidence": shown(file)} | some file in existing(role)}
