/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * location: where a mutator works: names with dots between them, behind a name that is a list
 * [key: value] for the elements with that key, or [key: *] for all of them. Names and values with
 * other characters than letters, digits, '-' and '_' stand in quotes; a bare number is a number.
 *
 *	struct location where;
 *
 *	if (location_parse(STR("spec.containers[name: \"a\"].image"), arena, &where, &err) < 0)
 *		return -1;
 */
#include "base/json.h"

struct err;

#define LOCATION_MAX_NODES 64u
#define LOCATION_MAX_BYTES 4096u

struct location_node {
	bool list, glob;   /* a list's elements; all of them */
	str name;	   /* field, or the key of the elements */
	struct json value; /* of the key */
};

struct location {
	struct location_node *nodes;
	size_t n;
};

/* ERR_INPUT says what was expected, and where. An empty text has no nodes. */
int location_parse(str text, struct arena *arena, struct location *out, struct err *err) MUST_USE;
bool location_is_prefix(const struct location *prefix, const struct location *of);
bool location_node_equal(const struct location_node *a, const struct location_node *b);
