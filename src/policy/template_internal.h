/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files of template share. */
#include "policy/template.h"

struct template_variable {
	str name; /* without '$' */
	struct value value;
};

#define TEMPLATE_MAX_VARIABLES 256u

struct template_run {
	struct arena *arena;
	struct err *err;
	struct value root, dot;
	struct template_variable variables[TEMPLATE_MAX_VARIABLES];
	size_t variable_count;
	unsigned steps, depth;
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
int template_set(struct template_run *run, str name, struct value v, bool declare);
