# SPDX-License-Identifier: Apache-2.0
# The names that checks of Dockerfiles written for Trivy find in data.lib.docker.
package lib.docker

instructions(name) := {instruction |
	some stage in input.Stages
	some instruction in stage.Commands
	instruction.Cmd == name
}

add := instructions("add")

arg := instructions("arg")

cmd := instructions("cmd")

copy := instructions("copy")

entrypoint := instructions("entrypoint")

env := instructions("env")

expose := instructions("expose")

from := instructions("from")

healthcheck := instructions("healthcheck")

label := instructions("label")

maintainer := instructions("maintainer")

onbuild := instructions("onbuild")

run := instructions("run")

shell := instructions("shell")

stopsignal := instructions("stopsignal")

user := instructions("user")

volume := instructions("volume")

workdir := instructions("workdir")

in_stage(stage, name) := [instruction |
	some instruction in stage.Commands
	instruction.Cmd == name
]

stage_cmd[stage.Name] := found if {
	some stage in input.Stages
	found := in_stage(stage, "cmd")
	count(found) > 0
}

stage_entrypoint[stage.Name] := found if {
	some stage in input.Stages
	found := in_stage(stage, "entrypoint")
	count(found) > 0
}

stage_healthcheck[stage.Name] := found if {
	some stage in input.Stages
	found := in_stage(stage, "healthcheck")
	count(found) > 0
}

stage_user[stage.Name] := found if {
	some stage in input.Stages
	found := in_stage(stage, "user")
	count(found) > 0
}

image_names contains instruction.Value[0] if some instruction in from

# The name of an image and its tag; "latest" where it has none.
parse_tag(name) := [image, tag] if {
	last := regex.find_n(`[^/]*$`, name, 1)[0]
	[_, tag] := split(last, ":")
	image := trim_suffix(name, concat("", [":", tag]))
} else := [name, "latest"]

image_tags contains parse_tag(name) if some name in image_names
