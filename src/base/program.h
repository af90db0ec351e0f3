/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * program: runs another program and takes what it says. No shell. The child leads a process group
 * of its own, which is killed when its time is over; its standard input is
 * empty and it gets no other descriptor of ours.
 */
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define PROGRAM_ERRORS_MAX (64u << 10) /* of its error output, the end is kept */

struct program_opts {
	const char *dir; /* to run in; NULL: ours */
	/* NAME=VALUE, NULL-ended, added to ours or in their place; NULL: none */
	const char *const *env;
	size_t output_max; /* of standard output; more is ERR_LIMIT */
	bool speaks; /* its error output is ours: a person reads along; `errors` is empty then */
	int64_t timeout_ms; /* 0: none */
};

struct program_result {
	int status; /* of its exit; 128 + signal when it was killed by one */
	str output, errors;
};

/*
 * argv[0] is looked up in PATH; a program that is not there is ERR_NOT_FOUND. Any exit status is a
 * success of the call.
 */
int program_run(const char *const *argv, const struct program_opts *opts, struct arena *arena,
		struct program_result *out, struct err *err) MUST_USE;
/* Is there such a program in PATH? */
bool program_exists(const char *name);
