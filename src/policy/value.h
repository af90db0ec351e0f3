/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * value: a term of Rego that is known: JSON plus sets, with objects whose keys may be any value.
 * Immutable once made; lives in an arena; may be shared between threads while that lives. Sets are
 * sorted without repeats and objects sorted by key, both in the order of value_compare, so look-up
 * is a binary search and iteration is in OPA's order. The depth of a value is capped at
 * VALUE_MAX_DEPTH: recursion over values is safe. Whoever nests values in values of unknown depth
 * checks with value_fits_depth.
 */
#include "base/json.h"

#define VALUE_MAX_DEPTH JSON_MAX_DEPTH

enum value_type { /* in the order in which OPA sorts values of different types */
		  VALUE_NULL,
		  VALUE_BOOL,
		  VALUE_NUMBER,
		  VALUE_STRING,
		  VALUE_ARRAY,
		  VALUE_OBJECT,
		  VALUE_SET,
};
#define VALUE_TYPES 7

struct value_member;

/*
 * A number written as a whole number that fits int64 has flag set and `i`; any other keeps its
 * text (1.0, 1e2, 12345678901234567890), since texts show it as it was written. 1 and 1.0 are equal
 * and hash the same though their forms differ.
 */
struct value {		       /* 16 bytes */
	uint8_t type : 4;      /* enum value_type */
	uint8_t size_high : 4; /* of a collection: value_size */
	bool flag;	       /* bool: its value; number: it is `i` (else `text`) */
	/* Of a collection: 1 + that of its deepest item; may be more, never less. */
	uint16_t depth : 9;
	uint16_t size_low : 7;
	uint32_t n; /* bytes of text, elements, members */
	union {
		int64_t i;
		const char *text;		    /* string, UTF-8; number that is no int64 */
		const struct value *items;	    /* array; set, sorted */
		const struct value_member *members; /* object, sorted by key */
	};
};

struct value_member {
	struct value key, value;
};

int value_compare(const struct value *a, const struct value *b); /* total order of OPA */
bool value_equal(const struct value *a, const struct value *b);
uint64_t value_hash(const struct value *v);
const struct value *value_get(const struct value *object, const struct value *key); /* or NULL */
const struct value *value_get_str(const struct value *object, str key);
#define VALUE_GET(object, lit) value_get_str(object, STR(lit))
bool value_contains(const struct value *set, const struct value *element);
/* ref step: object by key, array by index, set by element (then the element itself); or NULL. */
const struct value *value_step(const struct value *v, const struct value *key);
/* "null", "boolean", "number", "string", "array", "object", "set". */
const char *value_type_name(enum value_type type);
bool value_fits_depth(const struct value *v, unsigned max);
/*
 * Parts in it and below, each counted as often as it is reached: values share their parts, so that
 * what is small in memory may take for ever to walk. About right (to 2 %), at most 2^37.
 */
uint64_t value_size(const struct value *v);
#define VALUE_MAX_SIZE (1u << 26) /* of what an evaluation makes */
/* Sets depth and size from the items; whoever fills items without a builder calls it. */
void value_measure(struct value *v);

static inline struct value value_null(void) { return (struct value){ .type = VALUE_NULL }; }
static inline struct value value_bool(bool b)
{
	return (struct value){ .type = VALUE_BOOL, .flag = b };
}
static inline struct value value_int(int64_t i)
{
	return (struct value){ .type = VALUE_NUMBER, .flag = true, .i = i };
}
static inline struct value value_str(str s)
{
	return (struct value){ .type = VALUE_STRING, .n = (uint32_t)s.n, .text = s.p };
}
#define VALUE_STR(lit) value_str(STR(lit))
/* Text of a string, else the empty str. */
static inline str value_text(const struct value *v)
{
	return v->type == VALUE_STRING ? str_of(v->text, v->n) : STR_EMPTY;
}
static inline bool value_is_true(const struct value *v) { return v->type == VALUE_BOOL && v->flag; }
static inline bool value_is_false(const struct value *v)
{
	return v->type == VALUE_BOOL && !v->flag;
}

/*
 * Growing collections; the last call gives the value, which takes the memory over. Sets are sorted
 * and lose their repeats.
 */
struct value_builder {
	struct arena *arena;
	struct value *items;
	size_t n, cap;
};

void value_builder_init(struct value_builder *b, struct arena *arena);
void value_builder_add(struct value_builder *b, struct value v);
struct value value_builder_array(struct value_builder *b);
struct value value_builder_set(struct value_builder *b);

struct object_builder {
	struct arena *arena;
	struct value_member *members;
	size_t n, cap;
};

void object_builder_init(struct object_builder *b, struct arena *arena);
void object_builder_add(struct object_builder *b, struct value key, struct value value);
#define OBJECT_ADD(b, lit, value) object_builder_add(b, VALUE_STR(lit), value)
/* Same key twice with different values: false and *out is not written (Rego's conflict). */
bool object_builder_take(struct object_builder *b, struct value *out);
/* Same key twice: the last one wins. */
struct value object_builder_take_last(struct object_builder *b);

/* JSON in and out. from: texts are shared with `v`; of equal keys the last wins. */
struct value value_from_json(const struct json *v, struct arena *arena);
/* to: sets become sorted arrays; object keys that are no strings become their JSON text. */
void value_write_json(const struct value *v, struct json_writer *w);
/* A value as struct json, the same way; texts are shared. */
const struct json *value_to_json(const struct value *v, struct arena *arena);
/* As Rego writes it: {1, 2}, set(), {"a": 1}; strings quoted. For sprintf, print, error texts. */
void value_write_rego(const struct value *v, struct buf *out);
/* A string literal of Go and Rego. */
void value_quote(struct buf *out, str s);
void value_quote_ascii(struct buf *out, str s); /* nothing but ASCII */
void value_copy(struct value *to, const struct value *from, struct arena *arena); /* deep */
