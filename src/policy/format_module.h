/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * format_module: a module as text, laid out as `opa fmt` does: tabs, a literal on each line, a
 * blank line between rules, comments kept. Reading the text again gives the same module.
 */
#include "policy/ast.h"

struct printer {
	struct buf *out;
	const struct module *module;
	size_t comment; /* next one to be written */
	unsigned indent;
	size_t line; /* in `out`: where a literal begins that stands below another */
};

void print_module(const struct module *module, struct buf *out);
/* One term, one literal (without comments, in one line where it was in one). */
void print_term(struct printer *p, const struct term *term);
/* A step of a ref: .name where that can be, else [term]. */
void print_step(struct printer *p, const struct term *key);
void print_expr(struct printer *p, const struct expr *expr);
void print_indent(struct printer *p);
/*
 * Comments on lines before `line`, each on its own; `last` is the line written before them or 0.
 * The one at the end of line `line`, behind what was just written.
 */
void print_comments(struct printer *p, uint32_t line, uint32_t *last);
void print_comment_behind(struct printer *p, uint32_t line);
/* The next comment stands on line `from` or below it, and above line `to`. */
bool comment_between(const struct printer *p, uint32_t from, uint32_t to);
/* Literals, a line each, with the comments before its end. */
void print_body(struct printer *p, const struct body *body);
