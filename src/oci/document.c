/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/document.h"

#include "base/err.h"
#include "base/time.h"

#define DOCUMENT_DEPTH	    64u
#define DOCUMENT_MAX_VALUES 1000000u
#define MEDIA_WORD_MAX	    127u

int document_parse(str text, size_t max, struct arena *arena, const struct json **out,
		   struct err *err)
{
	const struct json_opts opts = { .max_depth = DOCUMENT_DEPTH,
					.max_values = DOCUMENT_MAX_VALUES };
	const struct json *v;

	if (text.n > max)
		return err_set(err, ERR_LIMIT, "%zu bytes, more than the %zu allowed", text.n, max);
	if (json_parse(text, &opts, arena, &v, err) < 0)
		return -1;
	if (!json_is(v, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "expected a JSON object");
	*out = v;
	return 0;
}

static int wrong(const char *where, str key, const char *expected, struct err *err)
{
	return err_set(err, ERR_INPUT, "%s%.*s: expected %s", where, STR_ARG(key), expected);
}

/* 1 with the member, 0 when it is absent (or null and optional), -1 when that is an error. */
static int member(const struct json *object, const char *where, str key, enum need need,
		  const struct json **out, struct err *err)
{
	const struct json *v = json_get(object, key);

	if (v && (!json_is(v, JSON_NULL) || need == REQUIRED)) {
		*out = v;
		return 1;
	}
	if (need == REQUIRED)
		return err_set(err, ERR_INPUT, "%s%.*s is missing", where, STR_ARG(key));
	return 0;
}

int document_string(const struct json *object, const char *where, str key, enum need need, str *out,
		    struct err *err)
{
	const struct json *v = NULL;
	int found = member(object, where, key, need, &v, err);

	if (found <= 0)
		return found;
	if (!json_is(v, JSON_STRING))
		return wrong(where, key, "a string", err);
	if (out)
		*out = json_str(v);
	return 1;
}

int document_bool(const struct json *object, const char *where, str key, bool *out, struct err *err)
{
	const struct json *v = NULL;
	int found = member(object, where, key, OPTIONAL, &v, err);

	if (found <= 0)
		return found;
	if (!json_is(v, JSON_TRUE) && !json_is(v, JSON_FALSE))
		return wrong(where, key, "true or false", err);
	if (out)
		*out = json_bool(v);
	return 1;
}

int document_group(const struct json *object, const char *where, str key, enum json_type type,
		   enum need need, size_t max, const struct json **out, struct err *err)
{
	const struct json *v = NULL;
	int found = member(object, where, key, need, &v, err);

	if (found <= 0)
		return found;
	if (!json_is(v, type))
		return wrong(where, key, type == JSON_ARRAY ? "an array" : "an object", err);
	if (json_len(v) > max)
		return err_set(err, ERR_LIMIT, "%s%.*s: %zu entries, more than the %zu allowed",
			       where, STR_ARG(key), json_len(v), max);
	*out = v;
	return 0;
}

int document_strings(const struct json *object, const char *where, str key, size_t max,
		     const struct json **out, struct err *err)
{
	const struct json *list = NULL;

	if (document_group(object, where, key, JSON_ARRAY, OPTIONAL, max, &list, err) < 0)
		return -1;
	JSON_EACH (list, item) {
		if (!json_is(item, JSON_STRING))
			return wrong(where, key, "an array of strings", err);
	}
	if (list && out)
		*out = list;
	return 0;
}

int document_map(const struct json *object, const char *where, str key, enum json_type type,
		 size_t max, const struct json **out, struct err *err)
{
	const struct json *map = NULL;

	if (document_group(object, where, key, JSON_OBJECT, OPTIONAL, max, &map, err) < 0)
		return -1;
	JSON_MEMBERS (map, entry) {
		/* The schema's pattern binds names of one or more bytes. */
		if (entry->key.n && !json_is(&entry->value, type))
			return wrong(where, key,
				     type == JSON_STRING ? "an object of strings"
							 : "an object of objects",
				     err);
	}
	if (map && out)
		*out = map;
	return 0;
}

int document_time(const struct json *object, const char *where, str key, str *out, struct err *err)
{
	str text = STR_EMPTY;
	int64_t t;
	int found = document_string(object, where, key, OPTIONAL, &text, err);

	if (found <= 0)
		return found;
	/* A date alone is fine for time_parse, but not here. */
	if (text.n < sizeof("2006-01-02T15:04:05Z") - 1 || !time_parse(text, &t))
		return wrong(where, key, "a time such as 2006-01-02T15:04:05Z", err);
	if (out)
		*out = text;
	return 1;
}

static bool media_word(str s)
{
	if (str_empty(s) || s.n > MEDIA_WORD_MAX || !is_alnum(s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && !memchr("!#$&^_.+-", s.p[i], 9))
			return false;
	}
	return true;
}

int document_media_type(const struct json *object, const char *where, str key, enum need need,
			str *out, struct err *err)
{
	str text = STR_EMPTY, type, subtype;

	int found = document_string(object, where, key, need, &text, err);

	if (found <= 0)
		return found;
	if (!str_cut(text, '/', &type, &subtype) || !media_word(type) || !media_word(subtype))
		return wrong(where, key, "a media type such as application/json", err);
	if (out)
		*out = text;
	return 1;
}
