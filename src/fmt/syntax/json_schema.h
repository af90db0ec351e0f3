/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * json_schema: JSON Schema of drafts 4, 6 and 7. References stay within the document ("#",
 * "#/definitions/x", an $id in it); what points elsewhere is ERR_UNSUPPORTED. Patterns are
 * fmt/syntax/regex: RE2's syntax. Formats that are not known are not checked.
 *
 * A schema is used by one thread at a time. Limits: JSON_SCHEMA_MAX_STEPS keywords applied to one
 * document and JSON_SCHEMA_MAX_DEPTH references or levels within each other: ERR_LIMIT.
 */
#include "base/json.h"

#define JSON_SCHEMA_MAX_STEPS	 2000000u
#define JSON_SCHEMA_MAX_DEPTH	 256u
#define JSON_SCHEMA_MAX_PROBLEMS 1000u /* of one document, later ones are not listed */

struct json_schema;

/* Checks the keywords of the schema, with the words users of Go's validators know. */
struct json_schema *json_schema_new(const struct json *schema, struct err *err);
void json_schema_free(struct json_schema *schema);
AUTO_PTR(json_schema_free, struct json_schema);

struct json_schema_problem {
	const char *type; /* "invalid_type", "required" ... */
	str field;	  /* "(root)", "spec.containers.0.name" */
	str text;	  /* "Invalid type. Expected: integer, given: string" */
};

struct json_schema_result {
	struct json_schema_problem *problems; /* in the arena given */
	size_t n, cap;
	unsigned steps; /* the work it took */
};

/* 1: valid; 0: *out says why not; -1: could not be told. */
int json_schema_check(struct json_schema *schema, const struct json *document, struct arena *arena,
		      struct json_schema_result *out, struct err *err) MUST_USE;
