/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Shared by toml.c and toml_value.c only. */
#include "base/err.h"
#include "fmt/syntax/toml.h"

struct toml_text {
	const char *start, *p, *end;
	const char *line_start;
	uint32_t line; /* of p, from 1 */
	struct arena *arena;
	struct err *err;
};

int toml_fail(const struct toml_text *t, enum err_kind kind, const char *what);

/* Blanks and tabs. */
void toml_skip_blanks(struct toml_text *t);
/* Blanks, comments and line ends. */
int toml_skip_lines(struct toml_text *t);
/* A comment if there is one, then the end of the line or text. */
int toml_end_line(struct toml_text *t);

/* t->p is at '"' or '\''. `multiline`: whether three quotes mean a long string. */
int toml_string(struct toml_text *t, bool multiline, str *out);
/* Anything that is neither string, array nor table. */
int toml_bare(struct toml_text *t, struct json *out);
