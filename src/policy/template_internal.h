/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files of template share. */
#include "policy/template.h"

struct template_variable {
	str name; /* without '$' */
	struct value value;
};

#define TEMPLATE_MAX_VARIABLES 256u

struct template_node;

/* A named template; the last definition of a name counts. */
struct template_named {
	str name;
	const struct template_node *body;
};

struct template_run {
	struct arena *arena;
	struct err *err;
	struct value root, dot;
	struct template_variable variables[TEMPLATE_MAX_VARIABLES];
	size_t variable_count;
	unsigned steps, depth, max_steps, calls;
	const struct template_opts *opts; /* NULL: the part that Rego has */
	struct template_named *named;
	size_t named_count, named_cap;
};

/* What has no value is told from null by this. */
struct template_value {
	struct value value;
	bool missing;
};

int template_fail(struct template_run *run, const char *what, str near);
/* The value of a whole pipeline. */
int template_eval(struct template_run *run, str pipeline, struct template_value *out);
bool template_truth(const struct template_value *v);
/* As Go's %v shows what JSON decodes to. */
void template_print(const struct template_value *v, struct buf *out);
/* A quoted text at the start of `s`. */
int template_take_text(struct template_run *run, str *s, struct template_value *out);
/* The functions of reports: 1: done; 0: there is none of that name and number of arguments; -1. */
int template_function(struct template_run *run, str name, const struct template_value *args,
		      size_t n, struct value *out);
int template_set(struct template_run *run, str name, struct value v, bool declare);
