# SPDX-License-Identifier: Apache-2.0
# What checks ask of the facts of a Dockerfile (doc/checks.md).
package seawall.lib.dockerfile

missing contains "the instructions of the file are not known" if not is_read

is_read if is_array(input.Stages)

# Stages that begin with FROM; ARG in front of the first one is left out.
stages := [stage |
	some stage in input.Stages
	stage.index >= 0
]

final := stages[count(stages) - 1]

# Every instruction, with its stage; what ONBUILD holds stands behind it.
all := [{"stage": head(stage), "item": item} |
	some stage in stages
	some outer in stage.Commands
	some item in unfold(outer)
]

unfold(outer) := [outer] if not outer.inner

unfold(outer) := [outer, outer.inner] if outer.inner

# ARG in front of the first FROM counts as well.
anywhere := [{"stage": head(stage), "item": item} |
	some stage in input.Stages
	some outer in stage.Commands
	some item in unfold(outer)
]

# What an entry keeps of its stage: with all of it, values would unfold to the square of the file.
head(stage) := {
	"index": stage.index,
	"alias": object.get(stage, "alias", ""),
	"line": object.get(stage, "line", 0),
	"end_line": object.get(stage, "end_line", 0),
}

of(cmd) := [x |
	some x in all
	x.item.Cmd == cmd
]

# The same of one stage.
stage_of(stage, cmd) := [{"stage": head(stage), "item": item} |
	some item in stage.Commands
	item.Cmd == cmd
]

# Every command that RUN starts.
runs := [{"stage": x.stage, "item": x.item, "command": command} |
	some x in all
	x.item.Cmd == "run"
	some command in x.item.commands
]

# Commands of any instruction: RUN, CMD, ENTRYPOINT, HEALTHCHECK.
commands := [{"stage": x.stage, "item": x.item, "command": command} |
	some x in all
	some command in x.item.commands
]

runs_of(names) := [r |
	some r in runs
	r.command.name in names
]

# Where a finding stands: an instruction, or a command in one.
place(x) := {"line": x.item.StartLine, "end_line": x.item.EndLine, "evidence": substring(x.item.Original, 0, 200)}

spot(r) := {"line": r.command.line, "end_line": r.command.end_line, "evidence": substring(words(r.command), 0, 200)}

# Without what it says: for secrets.
blank_place(x) := {"line": x.item.StartLine, "end_line": x.item.EndLine}

words(command) := concat(" ", array.concat(array.concat(command.wrappers, [command.name]), command.args))

# Words that are no options; `takes` names options whose value is a word of its own.
positional(args, takes) := [arg |
	some i, arg in args
	not startswith(arg, "-")
	not valued(args, i, takes)
]

valued(args, i, takes) if {
	i > 0
	args[i - 1] in takes
}

apt_takes := {"-o", "--option", "-c", "--config-file", "-t", "--target-release", "--default-release", "-a", "--host-architecture"}

rpm_takes := {"-c", "--config", "-x", "--exclude", "--repo", "--repoid", "--enablerepo", "--disablerepo", "--installroot", "--releasever", "--setopt", "-d", "-e", "-R", "--root", "-r", "--from"}

apk_takes := {"-p", "--root", "-X", "--repository", "-t", "--virtual", "--arch", "--keys-dir", "--repositories-file", "--wait", "--cache-dir"}

pip_takes := {
	"-r",
	"--requirement",
	"-c",
	"--constraint",
	"-i",
	"--index-url",
	"--extra-index-url",
	"--trusted-host",
	"-t",
	"--target",
	"-f",
	"--find-links",
	"--cache-dir",
	"--prefix",
	"--root",
	"--platform",
	"--python-version",
	"--timeout",
	"--retries",
	"--proxy",
	"--cert",
	"--no-binary",
	"--only-binary",
	"--progress-bar",
	"--root-user-action",
	"--src",
	"-e",
	"--editable",
	"--log",
	"--config-settings",
	"--global-option",
	"--upgrade-strategy",
	"--python",
	"--report",
	"--implementation",
	"--abi",
}

# Installations: the run, and what is installed.
installs(tools, verbs, takes) := [{"run": r, "packages": packages} |
	some r in runs
	r.command.name in tools
	pos := positional(r.command.args, takes)
	pos[0] in verbs
	packages := array.slice(pos, 1, count(pos))
]

apt_installs := installs({"apt-get", "apt", "aptitude"}, {"install", "reinstall", "build-dep"}, apt_takes)

rpm_installs := installs({"yum", "dnf", "dnf5", "microdnf", "tdnf", "zypper"}, {"install", "in", "localinstall", "groupinstall", "reinstall"}, rpm_takes)

apk_installs := installs({"apk"}, {"add"}, apk_takes)

# "python3 -m pip install" is pip, too.
pip_installs := array.concat(
	installs({"pip", "pip2", "pip3"}, {"install"}, pip_takes),
	[{"run": r, "packages": array.slice(pos, 1, count(pos))} |
		some r in runs
		startswith(r.command.name, "python")
		some i, arg in r.command.args
		arg == "-m"
		r.command.args[i + 1] in {"pip", "pip3"}
		pos := positional(array.slice(r.command.args, i + 2, count(r.command.args)), pip_takes)
		pos[0] == "install"
	],
)

# A name of a package whose version nobody could tell: no variable, no file, no address.
is_name(text) if {
	not contains(text, "$")
	not contains(text, "/")
	not startswith(text, ".")
	text != ""
}

has_flag(args, flags) if {
	some arg in args
	split(arg, "=")[0] in flags
}

# Single letters, also together: -qqy.
has_letter(args, letter) if {
	some arg in args
	regex.match("^-[A-Za-z]+$", arg)
	contains(arg, letter)
}

# A cache that lies in a mount does not go into the image.
mounted(item, path) if {
	some flag in item.Flags
	startswith(flag, "--mount=")
	regex.match("type=(cache|tmpfs)", flag)
	some part in split(substring(flag, 8, -1), ",")
	regex.match("^(target|dst|destination)=", part)
	startswith(path, trim_suffix(split(part, "=")[1], "/"))
}

mount_options(item) := [options |
	some flag in item.Flags
	startswith(flag, "--mount=")
	options := {key: value |
		some part in split(substring(flag, 8, -1), ",")
		pair := split(part, "=")
		key := pair[0]
		value := concat("=", array.slice(pair, 1, count(pair)))
	}
]

# Names and values of ENV and ARG; the value is null where only the build knows it, "" where there is none.
variables := array.concat(
	[{"x": x, "name": x.item.Value[i], "value": x.item.expanded[i + 1]} |
		some x in anywhere
		x.item.Cmd == "env"
		some i in numbers.range_step(0, count(x.item.Value) - 3, 3)
	],
	[{"x": x, "name": parts[0], "value": value} |
		some x in anywhere
		x.item.Cmd == "arg"
		some i, word in x.item.Value
		parts := split(word, "=")
		value := arg_value(x.item.expanded[i], parts)
	],
)

arg_value(_, parts) := "" if count(parts) == 1

arg_value(expanded, parts) := null if {
	count(parts) > 1
	expanded == null
}

arg_value(expanded, parts) := substring(expanded, count(parts[0]) + 1, -1) if {
	count(parts) > 1
	expanded != null
}

# The stage and those it builds on, itself first.
chain(stage) := [stages[i] |
	reach := graph.reachable(parents, {stage.index})
	some i in numbers.range(stage.index, 0)
	i in reach
]

parents := {key: value |
	some stage in stages
	key := stage.index
	value := {p |
		p := stage.base.stage
		is_number(p)
	}
}

# The base image that a stage begins with, through the stages in between.
root_base(stage) := base if {
	through := chain(stage)
	base := through[count(through) - 1].base
}

# Layers of a stage that the last one does not build on do not go into the image.
in_image(stage) if {
	some s in chain(final)
	s.index == stage.index
}

# Names that hold secrets, and values that are some.
secret_name(name) if {
	regex.match("(?i)(^|[_.-])(passw(or)?d|passwd|passphrase|secret|token|credentials?|apikey|api[_-]?key|auth[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|pwd)s?($|[_.-])", name)
	not regex.match("(?i)([_.-](file|path|dir|url|uri|name|id|host|port|user|username|ttl|expiry|expires|expiration|timeout|length|size|type|enabled|policy|min|max|prefix|header|issuer|endpoint|alg|algorithm)$|public[_-]?key|^max[_-]|^disable|no_token)", name)
}

secret_value(value) if {
	is_string(value)
	some pattern in [
		"-----BEGIN [A-Z ]*PRIVATE KEY",
		"\\b(AKIA|ASIA)[0-9A-Z]{16}\\b",
		"\\bgh[pousr]_[A-Za-z0-9]{36,}\\b",
		"\\bgithub_pat_[A-Za-z0-9_]{40,}",
		"\\bglpat-[A-Za-z0-9_-]{20,}",
		"\\bxox[abprs]-[A-Za-z0-9-]{10,}",
		"\\bsk_live_[A-Za-z0-9]{16,}",
		"\\bAIza[0-9A-Za-z_-]{35}\\b",
		"\\bnpm_[A-Za-z0-9]{36}\\b",
		"\\beyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.",
		"://[^/@:\\s$]+:[^/@\\s$]+@",
	]
	regex.match(pattern, value)
}
