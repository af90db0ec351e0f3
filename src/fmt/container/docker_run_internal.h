/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files of docker_run share. */
#include "fmt/container/docker_run.h"

/* What an option of `run` needs behind it. */
enum run_takes {
	RUN_NOTHING, /* a boolean: --name, --name=false */
	RUN_VALUE,
};

struct run_state;

struct run_option {
	const char *name;
	char letter; /* 0: none */
	enum run_takes takes;
	/* NULL: says nothing that is in the facts. */
	void (*apply)(struct run_state *s, str value);
	/* The same of a value with parts that only the shell knows; NULL: it is not known. */
	void (*open)(struct run_state *s, str value);
	enum plan_member member; /* that the option decides; PLAN_MEMBERS: none */
};

/* One command being read. */
struct run_state {
	struct container_plan *plan;
	struct arena *arena;
	const struct run_option *option;
	struct plan_place place; /* of the option */
	str folder;
	bool podman;
	bool on;	 /* of a boolean */
	bool health_off; /* --no-healthcheck */
	bool publish_all;
};

/* By long name or letter; NULL: there is none. */
const struct run_option *run_option_named(str name);
const struct run_option *run_option_letter(char letter);
/* Options of the client in front of the command: does this one take a value? */
bool run_client_takes(str option);
/* What stands in a word itself, without what only the shell knows ($NAME, ${NAME:-x}, $(...),
 * `...`). */
str run_without_variables(str word, struct arena *arena);
/* A value of the wrong form: not known. */
void run_wrong(struct run_state *s, str value, const char *wanted);
