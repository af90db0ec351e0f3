/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The functions of report templates: rows of two tables, by name and number of arguments. */
#include "policy/template_internal.h"

#define TEMPLATE_MAX_ARGS 16u
#define TEMPLATE_ANY	  TEMPLATE_MAX_ARGS

struct template_library_row {
	const char *name;
	size_t min, max; /* arguments */
	/* 1, or -1 with an error. */
	int (*run)(struct template_run *run, const struct value *args, size_t n, struct value *out);
};

extern const struct template_library_row template_list_rows[];
extern const size_t template_list_row_count;

/* As it would be printed; what is not there is empty. */
str template_text(struct template_run *run, const struct value *v);
/* The text that was built becomes a value, and `b` ends; ERR_LIMIT when it grew too long. */
int template_take(struct template_run *run, struct buf *b, struct value *out);
