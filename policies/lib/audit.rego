# SPDX-License-Identifier: Apache-2.0
# Which files and folders of a Docker host the kernel's audit system watches (doc/facts-docker.md).
package seawall.lib.audit

import data.seawall.lib.docker

existing(role) := [file |
	some file in input.files[role]
	file.exists
]

# ---- documents that are none of a row's business ----
outside(_) := docker.no_engine

outside(role) := {
	"msg": sprintf("%s does not exist", [paths]),
	"ja": sprintf("%s は存在しない", [paths]),
} if {
	not docker.no_engine
	docker.given(["files", role])
	count(existing(role)) == 0
	paths := concat(", ", [file.path | some file in input.files[role]])
}

# ---- facts that could not be had ----
missing(role) := no_files(role) | no_rules | no_switch

no_files(role) := {docker.unread(sprintf("files.%s", [role])) | not are_named(role)}

are_named(role) if {
	every file in input.files[role] {
		is_string(file.path)
		is_boolean(file.exists)
	}
}

no_rules := {docker.unread("audit") | not docker.given(["audit", "rules"])}

no_switch := {docker.unread("audit.enabled") |
	docker.given(["audit", "rules"])
	not docker.given(["audit", "enabled"])
	not docker.given(["audit", "auditd_running"])
}

# ---- what is wrong ----

# It is on when the kernel or the files say so; where the files are silent, auditd switches it on.
off if input.audit.enabled == 0

off if {
	not docker.given(["audit", "enabled"])
	input.audit.auditd_running == false
}

# Findings of a file, or of a folder with all that is in it (deep).
problems(role, deep) := {finding |
	some file in existing(role)
	some reason in reasons(file, deep)
	finding := {
		"path": file.path,
		"why": reason.en,
		"reason_ja": reason.ja,
		"subject": file.path,
		"evidence": evidence(file, deep),
	}
}

reasons(_, _) := [{"en": "auditing is switched off", "ja": "監査が無効になっている"}] if off

reasons(file, deep) := array.concat(task_reasons, rule_reasons(file, deep)) if not off

task_reasons := [{
	"en": sprintf("rule %v (task,never) keeps every process out of the audit", [line_of(rule)]),
	"ja": sprintf("規則 %v（task,never）により全プロセスが監査から外れる", [line_of(rule)]),
} |
	some rule in input.audit.rules
	rule.list == "task"
	rule.action == "never"
	is_plain(rule)
	rule.target == "none"
]

rule_reasons(file, deep) := [{"en": "no rule watches it for writing and changes of attributes", "ja": "書き込みと属性変更を監視する規則がない"}] if {
	count(watching(file, deep)) == 0
}

rule_reasons(file, deep) := [{
	"en": sprintf("rule %v (exit,never) comes before the rule that watches it", [first]),
	"ja": sprintf("規則 %v（exit,never）が監視の規則より前にある", [first]),
}] if {
	count(watching(file, deep)) > 0
	count(effective(file, deep)) == 0
	first := line_of(input.audit.rules[min(excluding(file))])
}

rule_reasons(file, deep) := [] if count(effective(file, deep)) > 0

# Rules by their place in the list.
watching(file, deep) := {i |
	some i, rule in input.audit.rules
	rule.list == "exit"
	rule.action == "always"
	is_plain(rule)
	contains(rule.access, "w")
	contains(rule.access, "a")
	is_at(rule, path_of(file), deep)
}

excluding(file) := {i |
	some i, rule in input.audit.rules
	rule.list == "exit"
	rule.action == "never"
	regex.match(`[wa]`, rule.access)
	names(rule, path_of(file))
}

effective(file, deep) := {i |
	some i in watching(file, deep)
	count([j |
		some j in excluding(file)
		j < i
	]) == 0
}

is_plain(rule) if {
	rule.narrowed == ""
	not rule.syscalls
}

line_of(rule) := object.get(rule, "line", "?")

path_of(thing) := object.get(thing, "resolved", thing.path)

# path= on a folder is its own inode only.
is_at(rule, path, false) if {
	rule.target == "path"
	path_of(rule) == path
}

is_at(rule, path, _) if {
	rule.target in {"dir", "watch"}
	holds(path_of(rule), path)
}

names(rule, path) if is_at(rule, path, false)

# A rule about everything.
names(rule, _) if {
	rule.target == "none"
	is_plain(rule)
}

holds(folder, path) if folder == path

holds(folder, path) if startswith(path, sprintf("%s/", [trim_suffix(folder, "/")]))

# ---- what was seen ----
evidence(file, deep) := concat("; ", array.concat(
	array.concat([rule_text(input.audit.rules[i]) | some i in watching(file, deep)], near(file, deep)),
	array.concat(doubts, below(file, deep)),
))

rule_text(rule) := sprintf("%s:%v: %s,%s %s=%s perm=%s", [rule.source, rule.line, rule.action, rule.list, rule.target, rule.path, rule.access])

# Rules that name it and yet do not watch it.
near(file, deep) := [sprintf("%s does not count%s", [rule_text(rule), narrowing(rule)]) |
	some i, rule in input.audit.rules
	rule.list == "exit"
	rule.target != "none"
	names(rule, path_of(file))
	not i in watching(file, deep)
]

narrowing(rule) := sprintf(" (%s)", [rule.narrowed]) if rule.narrowed != ""

narrowing(rule) := " (system calls)" if {
	rule.narrowed == ""
	rule.syscalls
}

narrowing(rule) := "" if is_plain(rule)

doubts := [text |
	some text in array.concat(
		[sprintf("not confirmed by the kernel (%s)", [object.get(input.audit, "kernel_error", "not asked")]) | input.audit.source == "files"],
		[sprintf("%d rules could not be understood", [input.audit.malformed]) | input.audit.malformed > 0],
	)
]

# What is taken out below a folder, and what may have been mounted after the rule was loaded.
below(_, false) := []

below(file, true) := array.concat(
	[sprintf("not below %s (%s:%v)", [rule.path, rule.source, rule.line]) |
		some rule in input.audit.rules
		rule.list == "exit"
		rule.action == "never"
		path_of(rule) != path_of(file)
		holds(path_of(file), path_of(rule))
	],
	mounts_below(path_of(file)),
)

mounts_below(path) := [sprintf("%d mounts below it count only when they were there before the rule was loaded: %s", [count(points), concat(", ", array.slice(sort(points), 0, 10))])] if {
	points := {m.point |
		some m in input.mounts
		m.point != path
		holds(path, m.point)
	}
	count(points) > 0
} else := []

seen(role, deep) := {{"subject": file.path, "evidence": evidence(file, deep)} | some file in existing(role)}
