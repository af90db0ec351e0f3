/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * output: where results go. A file is written aside and renamed, so that nobody ever reads half of
 * it and a failed run leaves the old one; what is no regular file (a device, a pipe) is written to
 * directly. An error of the writing is an error of the command: a full disk is not silence.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

struct output {
	int fd; /* 1: standard output, not closed */
	const char *name;
	char *path;  /* the name it gets; NULL: written to directly */
	char *aside; /* its name until then; empty: it has none yet */
};

/* `path` empty or "-": standard output. The names live in `arena`. */
int output_open(struct output *output, str path, struct arena *arena, struct err *err) MUST_USE;
int output_put(struct output *output, str bytes, struct err *err) MUST_USE;
/* The same with `output` as the context of a writer in pieces (report_out, facts). */
int output_take(void *output, str bytes, struct err *err) MUST_USE;
/* Ends it; only now the file has its name. */
int output_commit(struct output *output, struct err *err) MUST_USE;
/* Takes back what was not committed. Accepts a zeroed or committed one. */
void output_done(struct output *output);
static inline void auto_output_done(struct output *output) { output_done(output); }

/* All of it to standard output. */
int output_print(str bytes, struct err *err) MUST_USE;

/* Makes sure that descriptors 0 to 2 exist, so that no file takes their place. Writing to one that
 * was closed fails then, as does writing over the limit on the size of files. */
void output_guard(void);
