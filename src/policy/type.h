/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * type: what is known of a value before it is there. Immutable, in an arena, shared freely. NULL is
 * "not known yet". Sizes are bounded: what would grow beyond TYPE_MAX_WEIGHT becomes any, so that
 * comparing two types is cheap; types of schemas may be larger, up to TYPE_MAX_SCHEMA nodes.
 */
#include "policy/value.h"

#define TYPE_MAX_WEIGHT 400u
#define TYPE_MAX_SCHEMA 100000u
#define TYPE_MAX_DEPTH	32u
#define TYPE_MAX_UNION	32u

/* A known member of an object, or element of an array (without key). */
struct type_part {
	struct value key;
	const struct type *type;
};

enum type_kind {
	/* enum value_type, then: */
	TYPE_ANY = VALUE_TYPES,
	TYPE_UNION,
};

struct type {
	uint8_t kind;
	uint8_t depth;
	uint32_t weight;	       /* of all that is below, counted as often as it appears */
	uint32_t n;		       /* parts */
	const struct type_part *parts; /* of array, object, union */
	/* Others: elements of an array or set, values of an object; NULL: there are none. */
	const struct type *key, *rest;
};

extern const struct type type_any;
/* The types of null, booleans, numbers and strings. */
const struct type *type_scalar(enum value_type type);
const struct type *type_array(struct arena *arena, const struct type_part *parts, size_t n,
			      const struct type *rest);
const struct type *type_set(struct arena *arena, const struct type *element);
/* parts: sorted by key here; the array is kept. */
const struct type *type_object(struct arena *arena, struct type_part *parts, size_t n,
			       const struct type *key, const struct type *rest);
/* The same without a bound of weight: for schemas, which bound themselves. */
const struct type *type_unbounded(struct arena *arena, enum value_type kind,
				  struct type_part *parts, size_t n, const struct type *key,
				  const struct type *rest);
/* Either; NULL counts for nothing. */
const struct type *type_or(struct arena *arena, const struct type *a, const struct type *b);
bool type_equal(const struct type *a, const struct type *b);
/* Is there a value that both may be? */
bool type_meets(const struct type *a, const struct type *b);
/* What may stand in brackets behind it; NULL: it has no brackets. */
const struct type *type_keys(struct arena *arena, const struct type *type);
/* What brackets may give. */
const struct type *type_values(struct arena *arena, const struct type *type);
/* Of the constant in brackets; NULL when there is nothing at it. */
const struct type *type_select(struct arena *arena, const struct type *type,
			       const struct value *key);
/* "object<a: number>[string: any]", "any<number, string>"; NULL is "???". */
void type_write(const struct type *type, struct buf *out);
/* The types that a row of builtins declares. NULL behind the last argument. */
const struct type *type_of_argument(const char *declared, unsigned i, struct arena *arena);
const struct type *type_of_result(const char *declared, struct arena *arena);

struct err;
/* What a JSON schema accepts. References only within it. */
const struct type *type_of_schema(const struct value *schema, struct arena *arena, struct err *err);
