/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * template: texts with actions in double braces, a part of Go's text/template: fields, variables,
 * if, else, range, with, comments, trimming of blanks, pipelines, and the functions and or not eq
 * ne lt le gt ge len index print println printf. What has no value is written as "<undefined>".
 *
 * For reports (template_opts) there are named templates (define, template, block), the rest of Go's
 * own functions, and those of Sprig and Trivy that report templates use (template_function.c); what
 * has no value is what `zero` says, as a field of a Go struct that nobody filled.
 */
#include "policy/value.h"

struct err;

#define TEMPLATE_MAX_DEPTH  64u
#define TEMPLATE_MAX_STEPS  1000000u
#define TEMPLATE_MAX_NODES  100000u
#define TEMPLATE_MAX_TEXT   (16u << 20)	 /* bytes of one text that a function makes */
#define TEMPLATE_MAX_MEMORY (1ull << 30) /* that the values of a report template take */
#define TEMPLATE_MAX_NAMED  256u	 /* named templates */

struct template_opts {
	unsigned max_steps; /* 0: TEMPLATE_MAX_STEPS */
	/* Value of a field that is not there. */
	struct value (*zero)(str field);
	/* A variable of the environment; empty when it is not set. */
	str (*environment)(str name, struct arena *arena);
	int64_t now;
	str version; /* of the program */
};

/* For reports. */
int template_report(str text, const struct value *vars, const struct template_opts *opts,
		    struct arena *arena, struct buf *out, struct err *err) MUST_USE;

/* ERR_INPUT for what is malformed, ERR_LIMIT past the steps. */
int template_render(str text, const struct value *vars, struct arena *arena, struct buf *out,
		    struct err *err) MUST_USE;
