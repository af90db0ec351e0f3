/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files of json_schema share. */
#include "base/map.h"
#include "fmt/syntax/json_schema.h"

struct regex;

struct json_schema {
	struct arena *arena;
	const struct json *root;
	struct map patterns; /* text -> struct regex */
	struct map ids;	     /* $id without '#' at its end -> schema */
};

/* The place in a document, from the inside out. */
struct json_schema_place {
	const struct json_schema_place *outer;
	str name;  /* of a member */
	size_t at; /* else the index of an element */
};

struct json_schema_run {
	struct json_schema *schema;
	struct arena *arena;
	struct json_schema_result *result; /* NULL: only whether it is valid */
	struct err *err;
	unsigned depth, steps;
	int score;   /* how much of the value fits; tells which alternative was meant */
	bool failed; /* *err is written */
};

/* What one alternative says of a value. */
struct json_schema_sub {
	struct json_schema_result result;
	int score;
	bool ok;
};

/* Problems of one value; false: invalid, or run->failed. */
bool json_schema_apply(struct json_schema_run *run, const struct json *schema, const struct json *v,
		       const struct json_schema_place *place);
/* The same apart from the run's problems, which json_schema_merge adds to them. */
void json_schema_sub_apply(struct json_schema_run *run, const struct json *schema,
			   const struct json *v, const struct json_schema_place *place,
			   struct json_schema_sub *out);
void json_schema_merge(struct json_schema_run *run, const struct json_schema_sub *sub);
/* Keeps the one that fits better. */
void json_schema_better(struct json_schema_sub *best, const struct json_schema_sub *sub,
			bool first);
/* The same without telling problems. */
bool json_schema_test(struct json_schema_run *run, const struct json *schema, const struct json *v,
		      const struct json_schema_place *place);
/* Adds a problem; always false. */
bool json_schema_problem(struct json_schema_run *run, const struct json_schema_place *place,
			 const char *type, const char *fmt, ...) PRINTF_LIKE(4, 5);
str json_schema_field(const struct json_schema_place *place, struct arena *arena);
struct regex *json_schema_pattern(struct json_schema *schema, str text, struct err *err);
/* 1, 0, -1 with run->failed. */
int json_schema_matches(struct json_schema_run *run, str pattern, str text);

bool json_schema_array(struct json_schema_run *run, const struct json *schema, const struct json *v,
		       const struct json_schema_place *place);
bool json_schema_object(struct json_schema_run *run, const struct json *schema,
			const struct json *v, const struct json_schema_place *place);
/* Members against what `properties` says of them. */
bool json_schema_properties(struct json_schema_run *run, const struct json *schema,
			    const struct json *v, const struct json_schema_place *place);
bool json_schema_dependencies(struct json_schema_run *run, const struct json *schema,
			      const struct json *v, const struct json_schema_place *place);
/* True also for formats that are not known. */
bool json_schema_format_fits(str format, str text);
/* Compares numbers exactly: <0, 0, >0; far beyond any limit they compare as doubles. */
int json_schema_number_cmp(const struct json *a, const struct json *b);
bool json_schema_multiple(const struct json *v, const struct json *of);
