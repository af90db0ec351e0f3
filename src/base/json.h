/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * JSON (RFC 8259): the value model of the program. Values are immutable once built, live in an
 * arena and may be shared between threads while it lives. Numbers keep their text, so nothing is
 * lost between reading and writing. Text is strict UTF-8: a lone surrogate escape, an overlong form
 * or a raw control byte is refused. A byte order mark is refused.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

struct err;

enum json_type {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

struct json {
	uint8_t type; /* enum json_type */
	uint32_t n;   /* elements, members, or bytes of text (number, string) */
	union {
		const char *text;		   /* number, string */
		const struct json *items;	   /* array */
		const struct json_member *members; /* object, in the order of the text */
	};
};

struct json_member {
	str key;
	struct json value;
};

#define JSON_DEFAULT_DEPTH 128u
#define JSON_MAX_DEPTH	   448u /* more is never allowed: any value read can be written again */
#define JSON_MAX_BYTES	   (1u << 31) /* of one document */

struct json_opts {
	unsigned max_depth;   /* 0: JSON_DEFAULT_DEPTH */
	size_t max_values;    /* 0: no limit but the size of the text */
	bool keep_duplicates; /* false: a key that occurs twice in one object is ERR_INPUT */
	bool borrow;	      /* strings without escapes, keys and numbers point into the text */
};

/*
 * Reads one document; white space around it is allowed, anything else is an error that names line
 * and column. `opts` may be NULL. Without `borrow` the result does not refer to `text`.
 */
int json_parse(str text, const struct json_opts *opts, struct arena *arena, const struct json **out,
	       struct err *err) MUST_USE;

/* For builders of objects: a member whose key occurred before it, or NULL. Linear time. */
const struct json_member *json_duplicate(const struct json_member *members, size_t n);

/* Access. All accept NULL and values of another type and then answer "absent". */
static inline bool json_is(const struct json *v, enum json_type type)
{
	return v && v->type == type;
}
/* Last member of that name, or NULL. */
const struct json *json_get(const struct json *object, str key);
#define JSON_GET(object, lit) json_get(object, STR(lit))
/* Follows member names: json_path(v, "config", "Env", NULL). */
const struct json *json_path(const struct json *v, ...) __attribute__((sentinel));
const struct json *json_at(const struct json *array, size_t i);
/* Elements or members; 0 for anything else. */
size_t json_len(const struct json *v);
/* Text of a string, else the empty str (p == NULL). */
str json_str(const struct json *v);
/* Text of a number, else empty. */
str json_number(const struct json *v);
/* True only for `true`. */
bool json_bool(const struct json *v);
/* A number that is an integer in range (1e3 and 1.0 count); false otherwise. */
bool json_i64(const struct json *v, int64_t *out);
bool json_double(const struct json *v, double *out);
/* Same as json_str(json_get(...)). */
str json_get_str(const struct json *object, str key);

#define JSON_EACH(array, item)                                                             \
	for (const struct json *item = json_is(array, JSON_ARRAY) ? (array)->items : NULL, \
			       *item##_end = item ? item + (array)->n : NULL;              \
	     item != item##_end; item++)
#define JSON_MEMBERS(object, member)                                                             \
	for (const struct json_member *member = json_is(object, JSON_OBJECT) ? (object)->members \
									     : NULL,             \
				      *member##_end = member ? member + (object)->n : NULL;      \
	     member != member##_end; member++)

/* Deep equality; numbers by value where both are integers or decimals; member order ignored. */
bool json_equal(const struct json *a, const struct json *b);
/* Deep copy into another arena. */
const struct json *json_copy(const struct json *v, struct arena *arena);

/*
 * Writer. Commas, colons and indentation are its work; nesting mistakes are assertions. Text that
 * is not UTF-8 has the bad bytes replaced by U+FFFD. With indent 0 the output is compact.
 */
#define JSON_WRITER_DEPTH 512u

struct json_writer {
	struct buf *out;
	unsigned indent, depth;
	bool need_comma, after_key;
	bool is_object[JSON_WRITER_DEPTH];
};

void json_writer_init(struct json_writer *w, struct buf *out, unsigned indent);
void json_open_object(struct json_writer *w);
void json_close_object(struct json_writer *w);
void json_open_array(struct json_writer *w);
void json_close_array(struct json_writer *w);
void json_key(struct json_writer *w, str key);
void json_put_str(struct json_writer *w, str s);
void json_put_i64(struct json_writer *w, int64_t v);
void json_put_u64(struct json_writer *w, uint64_t v);
/* Shortest text that reads back to the same double; NaN and infinities become null. */
void json_put_double(struct json_writer *w, double v);
void json_put_bool(struct json_writer *w, bool v);
void json_put_null(struct json_writer *w);
/* Text that is JSON already. */
void json_put_raw(struct json_writer *w, str s);
void json_put(struct json_writer *w, const struct json *v);

/* key + value in one call; the _opt form writes nothing when the text is empty. */
#define JSON_KEY(w, lit) json_key(w, STR(lit))
void json_kv_str(struct json_writer *w, str key, str value);
void json_kv_opt(struct json_writer *w, str key, str value);
void json_kv_i64(struct json_writer *w, str key, int64_t value);
void json_kv_u64(struct json_writer *w, str key, uint64_t value);
void json_kv_bool(struct json_writer *w, str key, bool value);
void json_kv_strings(struct json_writer *w, str key, const str *items, size_t n);

/* A string literal with quotes, escaped. */
void json_quote(struct buf *out, str s);
