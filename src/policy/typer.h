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
/* A variable outside of calls and brackets whose type is not known yet. */
bool typer_is_open(const struct typer *typer, const struct term *term);
/* Such variables get their types; `more`: one of several. False: it cannot be of the type. */
bool typer_bind(struct typer *typer, const struct term *term, const struct type *type, bool more);
void typer_bind_any(struct typer *typer, const struct term *term);
bool typer_check_ref(struct typer *typer, struct term *ref);
#define DETAIL_MAX 4096u /* bytes of a message */
void typer_report(struct typer *typer, const struct term *at, const struct buf *details,
		  const char *fmt, ...) PRINTF_LIKE(4, 5);
