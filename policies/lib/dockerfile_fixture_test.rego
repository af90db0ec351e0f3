# SPDX-License-Identifier: Apache-2.0
# Facts of simple Dockerfiles for the tests of checks, in the form of the real ones: no continued lines, no quotes with
# blanks inside, no substitutions. The real reader is held to the same cases by tests/data/dockerfile/checks.txt.
package seawall.lib.dockerfile_fixture

facts(lines) := {"Stages": array.concat(head, stages), "problems": [], "ignores": []} if {
	starts := [i |
		some i, line in lines
		startswith(upper(line), "FROM ")
	]
	head := [stage |
		count(starts) > 0
		starts[0] > 0
		stage := {
			"Name": "args",
			"index": -1,
			"Commands": [item(lines[i], i, "posix", false) | some i in numbers.range(0, starts[0] - 1)],
		}
	]
	names := [stage_name(lines[i]) | some i in starts]
	stages := [stage |
		some n, start in starts
		stage := {
			"Name": substring(lines[start], 5, -1),
			"index": n,
			"alias": names[n],
			"line": start + 1,
			"end_line": start + 1,
			"base": base(lines[start], n, names),
			"Commands": [item(lines[i], i, "posix", pipefail(lines, i)) | some i in numbers.range(start, end_of(lines, starts, n))],
		}
	]
}

end_of(_, starts, n) := starts[n + 1] - 1 if starts[n + 1]

end_of(lines, starts, n) := count(lines) - 1 if not starts[n + 1]

pipefail(lines, i) if {
	some k, line in lines
	k < i
	startswith(line, "SHELL")
	contains(line, "pipefail")
} else := false

words(line) := [w |
	some w in split(line, " ")
	w != ""
]

flags(line) := [w |
	some i, w in words(line)
	i > 0
	startswith(w, "--")
	leading(words(line), i)
]

leading(list, i) if {
	every k in numbers.range(1, i) {
		startswith(list[k], "--")
	}
}

rest(line) := array.slice(words(line), 1 + count(flags(line)), count(words(line)))

stage_name(line) := rest(line)[2] if rest(line)[2]

stage_name(line) := "" if not rest(line)[2]

base(line, n, names) := object.union_n([
	{"image": image, "known": not_variable(image)},
	{k: v |
		not_variable(image)
		not image in array.slice(names, 0, n)
		some k, v in reference(image)
	},
	{"stage": s |
		some s, name in names
		s < n
		lower(name) == lower(image)
		name != ""
	},
	{"platform_flag": substring(f, 11, -1) |
		some f in flags(line)
		startswith(f, "--platform=")
	},
]) if {
	image := rest(line)[0]
}

not_variable(s) if {
	not contains(s, "$")
} else := false

reference(image) := {"expanded": image, "scratch": image == "scratch", "repository": name, "tag": tag, "digest": digest} if {
	at := split(image, "@")
	digest := concat("", array.slice(at, 1, 2))
	parts := split(at[0], ":")
	name := parts[0]
	tag := concat("", array.slice(parts, 1, 2))
}

item(line, i, shell, safe) := object.union_n([
	{
		"Cmd": lower(words(line)[0]),
		"SubCmd": "",
		"Flags": flags(line),
		"Value": values(line),
		"expanded": [expand(v) | some v in values(line)],
		"Original": line,
		"JSON": is_json(line),
		"StartLine": i + 1,
		"EndLine": i + 1,
		"known": true,
		"pipefail": safe,
		"incomplete": false,
		"shell": shell,
	},
	{"commands": commands(line, i) | lower(words(line)[0]) in {"run", "cmd", "entrypoint", "healthcheck"}},
	{"inner": inner |
		lower(words(line)[0]) == "onbuild"
		inner := inner_item(line, i)
	},
])

inner_item(line, i) := {
	"Cmd": lower(rest(line)[0]),
	"Value": [concat(" ", array.slice(rest(line), 1, count(rest(line))))],
	"Flags": [],
	"Original": line,
	"StartLine": i + 1,
	"EndLine": i + 1,
	"JSON": false,
	"expanded": [],
	"commands": [],
}

is_json(line) if {
	json.is_valid(concat(" ", rest(line)))
	startswith(concat(" ", rest(line)), "[")
} else := false

values(line) := json.unmarshal(concat(" ", rest(line))) if is_json(line)

values(line) := array.concat(
	[part |
		some w in rest(line)
		pair := split(w, "=")
		some part in [pair[0], concat("=", array.slice(pair, 1, count(pair))), "="]
	],
	[],
) if {
	lower(words(line)[0]) in {"env", "label"}
}

values(line) := rest(line) if {
	not is_json(line)
	lower(words(line)[0]) in {"from", "expose", "add", "copy", "volume", "arg", "healthcheck"}
}

values(line) := [concat(" ", rest(line))] if {
	not is_json(line)
	lower(words(line)[0]) in {"run", "cmd", "entrypoint", "user", "workdir", "maintainer", "stopsignal", "shell", "onbuild"}
}

expand(word) := trim(word, "\"'") if not contains(word, "$")

expand(word) := null if contains(word, "$")

commands(line, i) := [command(v, i, "", 0)] if {
	is_json(line)
	v := values(line)
}

commands(line, i) := [command(words(part), i, op, pipeline) |
	text := concat(" ", rest(line))
	marked := replace(replace(replace(replace(text, " && ", " \n&& "), " || ", " \n|| "), " ; ", " \n; "), " | ", " \n| ")
	parts := split(marked, "\n")
	some k, raw in parts
	op := concat("", regex.find_n("^(&&|\\|\\||;|\\|)", raw, 1))
	part := trim_space(trim_prefix(raw, op))
	pipeline := count([1 |
		some m, before in parts
		m <= k
		not startswith(before, "| ")
	])
] if {
	not is_json(line)
}

command(list, i, op, pipeline) := {
	"name": name,
	"args": [trim(a, "\"'") |
		some k, a in behind
		k > 0
	],
	"wrappers": wrappers,
	"assignments": assignments,
	"op": op,
	"pipeline": pipeline,
	"depth": 0,
	"line": i + 1,
	"end_line": i + 1,
	"redirects": [],
} if {
	assignments := [w |
		some k, w in list
		regex.match("^[A-Z_]+=", w)
		k == 0
	]
	after := array.slice(list, count(assignments), count(list))
	wrappers := [w |
		some k, w in after
		k == 0
		w == "sudo"
	]
	behind := array.slice(after, count(wrappers), count(after))
	path := split(concat("", array.slice(behind, 0, 1)), "/")
	name := path[count(path) - 1]
}

test_the_form_is_that_of_facts if {
	f := facts(["ARG A=1", "FROM x:1 AS b", "ENV A=b", "RUN sudo a -y && b | c", "FROM b", "COPY --from=b c d"])
	f.Stages[0].index == -1
	f.Stages[1].base.tag == "1"
	not f.Stages[2].base.tag
	f.Stages[1].alias == "b"
	f.Stages[1].Commands[1].Value == ["A", "b", "="]
	f.Stages[1].Commands[2].commands[0].name == "a"
	f.Stages[1].Commands[2].commands[0].wrappers == ["sudo"]
	f.Stages[1].Commands[2].commands[2].pipeline == f.Stages[1].Commands[2].commands[1].pipeline
	f.Stages[2].base.stage == 0
	f.Stages[2].Commands[1].Flags == ["--from=b"]
	f.Stages[2].Commands[1].Value == ["c", "d"]
}
