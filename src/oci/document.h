/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * document: what the readers of the specification's documents share: members of an object with a
 * wanted type, in the words of the schema. An absent or null member that is not required leaves
 * the output untouched. Messages name the member: "config.User: expected a string". Outputs may be
 * NULL where only the check is wanted. What reads one text returns 1 when it was there, else 0.
 */
#include "base/arena.h"
#include "base/json.h"

struct err;

enum need { OPTIONAL, REQUIRED };

/* The object of a whole document; duplicate members are refused. */
int document_parse(str text, size_t max, struct arena *arena, const struct json **out,
		   struct err *err) MUST_USE;

/* `where` is the path of `object` ("" at the top, else "config."). */
int document_string(const struct json *object, const char *where, str key, enum need need, str *out,
		    struct err *err) MUST_USE;
int document_bool(const struct json *object, const char *where, str key, bool *out,
		  struct err *err) MUST_USE;
/* Object or array (type) of at most `max` members, or NULL when absent. */
int document_group(const struct json *object, const char *where, str key, enum json_type type,
		   enum need need, size_t max, const struct json **out, struct err *err) MUST_USE;
/* An array of strings. */
int document_strings(const struct json *object, const char *where, str key, size_t max,
		     const struct json **out, struct err *err) MUST_USE;
/* An object whose values are all of `type`. */
int document_map(const struct json *object, const char *where, str key, enum json_type type,
		 size_t max, const struct json **out, struct err *err) MUST_USE;
/* A string that is an RFC 3339 time. */
int document_time(const struct json *object, const char *where, str key, str *out,
		  struct err *err) MUST_USE;
/* type/subtype, each as RFC 6838 restricts names. */
int document_media_type(const struct json *object, const char *where, str key, enum need need,
			str *out, struct err *err) MUST_USE;
