# SPDX-License-Identifier: Apache-2.0
# What controls of Docker hosts ask of their facts (doc/facts-docker.md).
package seawall.lib.docker

import data.seawall.lib.managed_by

# ---- documents that are none of a control's business ----
# Machines that somebody else manages.
outside := {
	"msg": sprintf("the machine is managed by %s", [manager]),
	"ja": sprintf("このマシンは %s が管理している", [manager]),
}

manager := managed_by.of(node).manager

manager := "Databricks" if {
	not managed_by.of(node)
	"databricks" in platform.root_entries
}

node := {
	"labels": object.get(platform, ["kubelet", "labels"], {}),
	"provider_id": object.get(platform, ["kubelet", "provider_id"], ""),
	"tags": object.get(platform, ["cloud", "tags"], {}),
}

# Documents of containers and images bring the facts of their host along.
platform := object.get(input, "platform", object.get(input, ["host", "platform"], object.get(input, "host_platform", {})))

# For what concerns the host.
no_engine := outside

no_engine := {"msg": "no container engine is on this machine", "ja": "このマシンにコンテナー エンジンがない"} if {
	not outside
	input.engine.present == false
}

# For what asks the daemon.
no_daemon := no_engine

no_daemon := {"msg": "no Docker daemon answers", "ja": "応答する Docker デーモンがない"} if {
	not no_engine
	input.engine.answers == false
	input.daemon.running == false
}

# ---- facts that could not be had ----
unread(what) := {
	"msg": sprintf("%s: %s (%s)", [what, entries[0].reason, entries[0].remedy]),
	"ja": sprintf("%s: 読み取れない: %s（%s）", [what, entries[0].reason, entries[0].remedy]),
} if {
	entries := entries_of(what)
	count(entries) > 0
}

unread(what) := {
	"msg": sprintf("%s: not in the facts", [what]),
	"ja": sprintf("%s: 事実の文書にない", [what]),
} if {
	count(entries_of(what)) == 0
}

# Entries that name it, or what holds it.
entries_of(what) := [entry |
	some entry in input.not_read
	startswith(sprintf("%s.", [what]), sprintf("%s.", [entry.what]))
]

# The facts hold a member there, be it null or empty.
told(path) if object.get(input, path, {"absent"}) != {"absent"}

# The same, and it is not null.
given(path) if not is_null(object.get(input, path, null))

info_known if is_object(input.engine.info)

no_info contains unread("engine.info") if not info_known

# A member of /info that decides.
no_member(_) := no_info if not info_known

no_member(name) := {unread(sprintf("engine.info.%s", [name])) | not given(["engine", "info", name])} if info_known

settings_known if {
	input.daemon.settings_complete == true
	is_object(input.daemon.settings)
}

# A setting of the daemon is known when it is set, or when all sources were read.
setting_known(key) if not is_null(object.get(input.daemon.settings[key], "value", null))

setting_known(key) if {
	settings_known
	not input.daemon.settings[key]
}

no_setting(key) := {unread("daemon.settings") | not setting_known(key)}

setting(key) := input.daemon.settings[key].value

setting(key) := otherwise_of(key) if {
	settings_known
	not input.daemon.settings[key]
}

# What the engine does where nobody says anything.
otherwise_of(key) := object.get(defaults, key, null)

defaults := {
	"authorization-plugins": [],
	"bridge": "",
	"cgroup-parent": "",
	"debug": false,
	"default-ulimits": {},
	"disable-legacy-registry": false,
	"experimental": false,
	"hosts": [],
	"icc": true,
	"insecure-registries": [],
	"ip": "0.0.0.0",
	"iptables": true,
	"log-level": "info",
	"metrics-addr": "",
	"network-diagnostic-port": 0,
	"no-new-privileges": false,
	"seccomp-profile": "",
	"selinux-enabled": false,
	"storage-opts": [],
	"userland-proxy": true,
	"userns-remap": "",
}

# "icc = true (command line, /proc/812/cmdline)", and who says otherwise.
shown(key) := concat("; ", array.concat([first_source(key)], other_sources(key)))

first_source(key) := sprintf("%s = %s (%s, %s)", [key, plain(entry.value), entry.source, entry.where]) if {
	entry := input.daemon.settings[key]
} else := sprintf("%s is not set: %s", [key, plain(otherwise_of(key))])

other_sources(key) := [text |
	some entry in input.daemon.disagreements
	entry.key == key
	some other in entry.values
	text := sprintf("%s says %s (%s)", [other.source, plain(other.value), other.where])
]

plain(value) := value if is_string(value)

plain(value) := json.marshal(value) if not is_string(value)

# ---- what /info says ----

# Options of "name=seccomp,profile=default": {"name": "seccomp", "profile": "default"}.
security_options contains option if {
	some text in input.engine.info.SecurityOptions
	option := {key: value |
		some part in split(text, ",")
		pair := split(part, "=")
		key := pair[0]
		value := concat("=", array.slice(pair, 1, count(pair)))
	}
}

options_shown := concat(" ", input.engine.info.SecurityOptions) else := "none"

has_option(name) if {
	some option in security_options
	option.name == name
}

default rootless := false

rootless if has_option("rootless")

rootless if input.engine.rootless == true

engine_version := input.engine.version.Version

engine_version := input.engine.info.ServerVersion if not input.engine.version.Version

version_known if is_string(engine_version)

version_parts(text) := [to_number(part) | some part in regex.find_n(`[0-9]+`, regex.replace(text, `[-+~].*$`, ""), 3)]

engine_at_least(major) if version_parts(engine_version)[0] >= major

# Numbers compared one by one; those that lack are 0.
version_at_least(text, least) if pad(version_parts(text)) >= pad(version_parts(least))

pad(parts) := array.slice(array.concat(parts, [0, 0, 0]), 0, 3)

no_swarm := no_info | {unread("engine.info.Swarm") |
	info_known
	not given(["engine", "info", "Swarm", "LocalNodeState"])
}

swarm_state := object.get(input.engine.info, ["Swarm", "LocalNodeState"], "")

# ---- what the operator says ----

# Days since an attestation, newest first; undefined without one.
attested(control) := {"days": days, "date": entry.date, "by": object.get(entry, "by", "?"), "note": object.get(entry, "note", "")} if {
	dated := [[moment(e.date), e] |
		some e in data.settings.attestations
		e.control == control
		moment(e.date) <= data.settings.now_ns
	]
	count(dated) > 0
	newest := max([d[0] | some d in dated])
	entry := [d[1] |
		some d in dated
		d[0] == newest
	][0]
	days := (data.settings.now_ns - newest) / 86400000000000
}

moment(text) := time.parse_rfc3339_ns(text) if contains(text, "T")

moment(text) := time.parse_rfc3339_ns(sprintf("%sT00:00:00Z", [text])) if not contains(text, "T")

# Exact, or a prefix that ends in "*".
matches(pattern, text) if pattern == text

matches(pattern, text) if {
	endswith(pattern, "*")
	startswith(text, trim_suffix(pattern, "*"))
}
