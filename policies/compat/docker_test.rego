# SPDX-License-Identifier: Apache-2.0
package lib.docker_test

import data.lib.docker

file := {"Stages": [
	{"Name": "golang:1.22 AS build", "Commands": [
		{"Cmd": "from", "Value": ["golang:1.22", "AS", "build"], "StartLine": 1},
		{"Cmd": "run", "Value": ["make"], "StartLine": 2},
	]},
	{"Name": "registry.example.com:5000/app", "Commands": [
		{"Cmd": "from", "Value": ["registry.example.com:5000/app"], "StartLine": 4},
		{"Cmd": "user", "Value": ["app"], "StartLine": 5},
	]},
]}

test_instructions if {
	count(docker.from) == 2 with input as file
	count(docker.run) == 1 with input as file
	count(docker.copy) == 0 with input as file
}

test_by_stage if {
	docker.stage_user["registry.example.com:5000/app"][0].Value == ["app"] with input as file
	not docker.stage_user["golang:1.22 AS build"] with input as file
}

test_tags if docker.image_tags == {["golang", "1.22"], ["registry.example.com:5000/app", "latest"]} with input as file
