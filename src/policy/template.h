/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * template: texts with actions in double braces, a part of Go's text/template: fields, variables,
 * if, else, range, with, comments, trimming of blanks, pipelines, and the functions and or not eq
 * ne lt le gt ge len index print println printf. Named templates are not there. What has no value
 * is written as "<undefined>".
 */
#include "policy/value.h"

struct err;

#define TEMPLATE_MAX_DEPTH 64u
#define TEMPLATE_MAX_STEPS 1000000u
#define TEMPLATE_MAX_NODES 100000u

/* ERR_INPUT for what is malformed, ERR_LIMIT past the steps. */
int template_render(str text, const struct value *vars, struct arena *arena, struct buf *out,
		    struct err *err) MUST_USE;
