/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Case files: tests whose input and output are text, one case a line, in tests/data. Blank lines
 * and lines that begin with '#' are ignored. A file that cannot be read, or holds no case, fails
 * the running test; so does a CASE_CHECK, naming file and line.
 *
 *	AUTO(casefile_close) struct casefile file = casefile_open("version/deb.txt");
 *	while (casefile_next(&file)) {
 *		str a = casefile_field(&file), op = casefile_field(&file);
 *		CASE_CHECK(&file, str_eq(op, STR("<")), "unknown operator");
 *	}
 */
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct casefile {
	FILE *stream;
	char path[512]; /* for messages */
	char *text;	/* the storage of line */
	size_t text_size;
	int number; /* of the line */
	int cases;  /* so far */
	str line;   /* without its newline; valid until the next call of casefile_next */
	str rest;   /* what casefile_field has not taken yet */
};

/* Opens tests/data/NAME; never returns on failure. */
struct casefile casefile_open(const char *name);

/* True when line holds the next case; false at the end of a file that had at least one. */
bool casefile_next(struct casefile *file);

/* The next word of the line, ends at a blank or tab; empty at the end. */
str casefile_field(struct casefile *file);

/* A view of any text up to the next " => ", which is taken off with it. */
str casefile_part(str *rest);
/* \n, \t and \r stand for themselves; a backslash before another character for that one. */
str casefile_unescape(str text, struct arena *arena);

void casefile_close(struct casefile *file);
static inline void auto_casefile_close(struct casefile *file) { casefile_close(file); }

/* The path of tests/data/NAME, for tests that read other files there. Aborts the test if too long.
 */
const char *casefile_data_path(const char *name, char *out, size_t out_size);

_Noreturn void casefile_fail(const struct casefile *file, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#define CASE_CHECK(file, cond, ...)                         \
	do {                                                \
		if (!(cond))                                \
			casefile_fail((file), __VA_ARGS__); \
	} while (0)
