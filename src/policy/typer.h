/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files of the type checker share. */
#include "policy/compile.h"
#include "policy/type.h"

/* Values of a document from a place on have a type: METADATA, or the schema of the input. */
struct schema_at {
	const struct schema_at *next;
	bool input; /* else data */
	struct value *path;
	uint32_t path_n;
	const struct type *type;
};

/* The checker at work on one clause or query. */
struct typer {
	struct compiler *compiler;
	struct arena *arena;
	struct module *module;
	const struct type **slots; /* NULL: not known yet */
	int32_t slot_n;
	const struct schema_at *schemas;
	bool failed;
};

/* False when something in it was refused. */
bool check_body(struct typer *typer, const struct body *body);
bool check_term(struct typer *typer, struct term *term);
/* Of a checked term; NULL: a variable that nothing has bound yet. */
const struct type *type_of_term(struct typer *typer, const struct term *term);
