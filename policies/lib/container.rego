# SPDX-License-Identifier: Apache-2.0
# What controls and recommendations ask of the facts of a container (doc/facts-docker.md).
package seawall.lib.container

import data.seawall.lib.docker

outside := docker.outside

# ---- facts that could not be had ----
known if is_object(input.inspect.HostConfig)

no_inspect contains docker.unread("inspect") if not known

no_inspect contains docker.unread("state") if not is_state_known

is_state_known if is_string(input.state)

# Members of its configuration that decide.
no_config(names) := no_inspect | {docker.unread(sprintf("inspect.HostConfig.%s", [member])) |
	known
	some member in names
	not docker.told(["inspect", "HostConfig", member])
}

# Members that a file leaves open: where they lack without a word, the engine's default holds.
no_values(names) := no_inspect | {docker.unread(path) |
	known
	some member in names
	path := sprintf("inspect.HostConfig.%s", [member])
	some entry in input.not_read
	entry.what == path
}

no_mounts contains docker.unread("mounts") if not are_mounts_known

are_mounts_known if {
	every mount in input.mounts {
		is_known(mount)
	}
}

is_known(mount) if {
	is_string(mount.propagation)
	mount.type != "bind"
}

is_known(mount) if {
	is_string(mount.propagation)
	is_string(mount.host_path)
}

# Containers of a file have no host yet.
offline if input.origin in {"compose", "run"}

# A fact of the host; undefined: not known.
host(key) := input.host[key]

no_host(key) := {docker.unread(sprintf("host.%s", [key])) |
	not offline
	not docker.given(["host", key])
}

# ---- the container ----
config := input.inspect.HostConfig

value(key, otherwise) := v if {
	v := config[key]
	not is_null(v)
} else := otherwise

running if input.state in {"running", "paused"}

name := input.name else := input.id else := "?"

# What a finding is about: the container, or the line of its file.
finding(rest) := object.union(object.union({"container": name, "subject": name}, place), rest)

place := {"file": input.place.file, "line": input.place.line}

place := {} if not input.place

seen(evidence) := {"subject": name, "evidence": evidence}

# A list of texts, or none.
words(list) := concat(", ", list) if is_array(list)

words(list) := "none" if not is_array(list)

# ---- security options ----
# "key=value", in the old form "key:value", or a word alone.
options := [option |
	some text in value("SecurityOpt", [])
	option := option_of(text)
]

option_of(text) := {"key": split(text, "=")[0], "value": substring(text, indexof(text, "=") + 1, -1)} if contains(text, "=")

option_of(text) := {"key": split(text, ":")[0], "value": substring(text, indexof(text, ":") + 1, -1)} if {
	not contains(text, "=")
	contains(text, ":")
}

option_of(text) := {"key": text, "value": ""} if {
	not contains(text, "=")
	not contains(text, ":")
}

values_of(key) := [option.value |
	some option in options
	option.key == key
]

# ---- no-new-privileges ----

# What the container says itself; undefined: nothing.
own_no_new_privileges := lower(said[count(said) - 1]) in {"", "true", "1", "t"} if {
	said := values_of("no-new-privileges")
	count(said) > 0
}

# What holds in the end; undefined: not known.
no_new_privileges := own_no_new_privileges

no_new_privileges := host("no_new_privileges") if not has_own_no_new_privileges

# Where the host's default is not known, the process tells; offline the engine's default holds.
no_new_privileges := input.process.no_new_privs == 1 if {
	not has_own_no_new_privileges
	not docker.given(["host", "no_new_privileges"])
}

no_new_privileges := false if {
	offline
	not has_own_no_new_privileges
	not docker.given(["host", "no_new_privileges"])
}

has_own_no_new_privileges if count(values_of("no-new-privileges")) > 0

no_new_privileges_shown := sprintf("SecurityOpt: %s; daemon: %v; NoNewPrivs: %v", [
	concat(" ", value("SecurityOpt", [])),
	object.get(input, ["host", "no_new_privileges"], "?"),
	object.get(input, ["process", "no_new_privs"], "?"),
])

# ---- namespaces ----

# Mode of a namespace, followed into the container that it is shared with.
mode(key, _) := value(key, "") if not joins(key)

mode(key, namespace) := input.joined[namespace].mode if joins(key)

joins(key) if startswith(value(key, ""), "container:")

no_mode(key, namespace) := {docker.unread(sprintf("joined.%s", [namespace])) |
	joins(key)
	not docker.given(["joined", namespace, "mode"])
}

mode_shown(key, _) := sprintf("%s = %s", [key, value(key, "")]) if not joins(key)

mode_shown(key, namespace) := sprintf("%s = %s, %s: %s", [key, value(key, ""), object.get(input, ["joined", namespace, "name"], "?"), object.get(input, ["joined", namespace, "mode"], "?")]) if joins(key)

# ---- capabilities ----
capabilities(key) := {regex.replace(upper(name), "^CAP_", "") | some name in value(key, [])}

# ---- ports ----

# Host ports of a container that runs are what it has; of others what it asks for.
bindings contains binding if {
	not uses_asked
	some port, list in input.inspect.NetworkSettings.Ports
	some entry in list
	binding := binding_of(port, entry)
}

bindings contains binding if {
	uses_asked
	some port, list in value("PortBindings", {})
	some entry in list
	binding := binding_of(port, entry)
}

uses_asked if not running

binding_of(port, entry) := {
	"port": port,
	"ip": object.get(entry, "HostIp", ""),
	"text": object.get(entry, "HostPort", ""),
	"lowest": lowest(object.get(entry, "HostPort", "")),
}

# 0: a port that the daemon chooses.
lowest(text) := 0 if not regex.match(`^[0-9]+`, text)

lowest(text) := to_number(trim_left(split(text, "-")[0], "0")) if regex.match(`^0*[1-9]`, text)

lowest(text) := 0 if regex.match(`^0+(-|$)`, text)

no_ports contains docker.unread("inspect.NetworkSettings.Ports") if {
	known
	running
	not docker.told(["inspect", "NetworkSettings", "Ports"])
}

no_ports contains reason if {
	known
	uses_asked
	some reason in no_values(["PortBindings"])
}

ports_shown := concat(", ", sort([sprintf("%s:%s->%s", [b.ip, b.text, b.port]) | some b in bindings]))

# ---- mounts of the host ----
# One of which nobody says that it is read-only is not.
host_mounts := [object.union(object.union({"destination": "?", "source": m.host_path}, m), {"rw": object.get(m, "rw", true) != false, "path": clean(object.get(m, "resolved", m.host_path))}) |
	some m in input.mounts
	is_string(m.host_path)
]

# Of an absolute path: no empty and no dot segments.
clean(path) := sprintf("/%s", [concat("/", walked)]) if {
	parts := [part |
		some part in split(path, "/")
		not part in {"", "."}
	]
	walked := [part |
		some i, part in parts
		part != ".."
		not undone(parts, i)
	]
}

# A segment is undone when as many ".." as segments follow it.
undone(parts, i) if {
	some k in numbers.range(i + 1, count(parts) - 1)
	k > i
	ups := count([p |
		some j in numbers.range(i, k)
		p := parts[j]
		p == ".."
	])
	downs := count([p |
		some j in numbers.range(i, k)
		p := parts[j]
		p != ".."
	])
	ups == downs
}

is_in(path, folder) if path == folder

is_in(path, folder) if startswith(path, sprintf("%s/", [trim_suffix(folder, "/")]))

mount_text(m) := sprintf("%s to %s (%s)", [m.path, m.destination, {true: "read-write", false: "read-only"}[m.rw]])

# ---- root ----

# The name of a user is root, or a number that is 0 in any spelling.
is_root_name(user) if {
	name := trim_space(split(user, ":")[0])
	name in {"", "root"}
}

is_root_name(user) if is_zero(trim_space(split(user, ":")[0]))

is_zero(name) if regex.match(`^[+-]?0+$`, name)

is_zero(name) if regex.match(`^0[xX]0+$`, name)
