/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/json_schema.h"

#include <stdarg.h>

#include "base/err.h"
#include "fmt/syntax/json_schema_internal.h"
#include "fmt/syntax/regex.h"

static const char *const type_names[] = { "array", "boolean", "integer", "number",
					  "null",  "object",  "string" };

static int fail(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

static int fail(struct err *err, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(err, ERR_INPUT, "%s", text);
}

struct regex *json_schema_pattern(struct json_schema *schema, str text, struct err *err)
{
	struct regex *regex = map_get(&schema->patterns, text);

	if (!regex) {
		regex = regex_new(text, err);
		if (regex)
			map_put(&schema->patterns, text, regex);
	}
	return regex;
}

static int check_type_name(const struct json *name, struct err *err)
{
	str text = json_str(name);

	for (size_t i = 0; i < ARRAY_LEN(type_names); i++)
		if (json_is(name, JSON_STRING) && str_eq(text, str_c(type_names[i])))
			return 0;
	return fail(err,
		    "has a primitive type that is NOT VALID -- given: /%.*s/ Expected valid values "
		    "are:[array boolean integer number null object string]",
		    STR_ARG(str_take(text, 100)));
}

static int check_type(const struct json *type, struct err *err)
{
	if (json_is(type, JSON_STRING))
		return check_type_name(type, err);
	if (!json_is(type, JSON_ARRAY))
		return fail(err, "Invalid type. Expected: string/array, given: %s", "type");
	JSON_EACH (type, item)
		if (check_type_name(item, err) < 0)
			return -1;
	return 0;
}

static int check_schema(struct json_schema *s, const struct json *v, unsigned depth,
			struct err *err);

/* Schemas that are members of `v`, or elements. */
static int check_each(struct json_schema *s, const struct json *v, unsigned depth, struct err *err)
{
	JSON_EACH (v, item)
		if (check_schema(s, item, depth, err) < 0)
			return -1;
	JSON_MEMBERS (v, m)
		if (!json_is(&m->value, JSON_ARRAY) && check_schema(s, &m->value, depth, err) < 0)
			return -1;
	return 0;
}

static int expect(const struct json *v, str name, enum json_type type, const char *what,
		  struct err *err)
{
	const struct json *member = json_get(v, name);

	if (!member || json_is(member, type))
		return 0;
	return fail(err, "Invalid type. Expected: %s, given: /%.*s/", what, STR_ARG(name));
}

static int check_counts(const struct json *v, struct err *err)
{
	static const char *const names[] = { "maxLength", "minLength",	   "maxItems",
					     "minItems",  "maxProperties", "minProperties" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct json *n = json_get(v, str_c(names[i]));
		int64_t count;

		if (n && (!json_i64(n, &count) || count < 0))
			return fail(err, "%s must be an integer of at least 0", names[i]);
	}
	return 0;
}

static int check_patterns(struct json_schema *s, const struct json *v, struct err *err)
{
	const struct json *pattern = JSON_GET(v, "pattern");

	if (json_is(pattern, JSON_STRING) && !json_schema_pattern(s, json_str(pattern), err))
		return err_wrap(err, "pattern");
	JSON_MEMBERS (JSON_GET(v, "patternProperties"), m)
		if (!json_schema_pattern(s, m->key, err))
			return err_wrap(err, "patternProperties");
	return 0;
}

static int check_keywords(struct json_schema *s, const struct json *v, struct err *err)
{
	const struct json *type = JSON_GET(v, "type");

	if (type && check_type(type, err) < 0)
		return -1;
	if (expect(v, STR("properties"), JSON_OBJECT, "object", err) < 0 ||
	    expect(v, STR("patternProperties"), JSON_OBJECT, "object", err) < 0 ||
	    expect(v, STR("dependencies"), JSON_OBJECT, "object", err) < 0 ||
	    expect(v, STR("pattern"), JSON_STRING, "string", err) < 0 ||
	    expect(v, STR("required"), JSON_ARRAY, "array", err) < 0 ||
	    expect(v, STR("enum"), JSON_ARRAY, "array", err) < 0 ||
	    expect(v, STR("allOf"), JSON_ARRAY, "array", err) < 0 ||
	    expect(v, STR("anyOf"), JSON_ARRAY, "array", err) < 0 ||
	    expect(v, STR("oneOf"), JSON_ARRAY, "array", err) < 0 ||
	    expect(v, STR("$ref"), JSON_STRING, "string", err) < 0 ||
	    expect(v, STR("multipleOf"), JSON_NUMBER, "number", err) < 0)
		return -1;
	if (check_counts(v, err) < 0)
		return -1;
	return check_patterns(s, v, err);
}

static void note_id(struct json_schema *s, const struct json *v)
{
	str id = json_get_str(v, STR("$id"));

	if (id.n == 0)
		id = json_get_str(v, STR("id"));
	if (id.n)
		map_put(&s->ids, str_without_suffix(id, STR("#")), (void *)(uintptr_t)v);
}

static int check_schema(struct json_schema *s, const struct json *v, unsigned depth,
			struct err *err)
{
	static const char *const single[] = { "additionalItems",
					      "additionalProperties",
					      "contains",
					      "propertyNames",
					      "not",
					      "if",
					      "then",
					      "else" };
	static const char *const several[] = { "properties",   "patternProperties",
					       "definitions",  "$defs",
					       "dependencies", "allOf",
					       "anyOf",	       "oneOf" };
	const struct json *items = JSON_GET(v, "items");

	if (depth > JSON_SCHEMA_MAX_DEPTH)
		return err_set(err, ERR_LIMIT, "schema nests too deeply");
	if (json_is(v, JSON_TRUE) || json_is(v, JSON_FALSE))
		return 0;
	if (!json_is(v, JSON_OBJECT))
		return fail(err, "schema must be an object or a boolean");
	if (check_keywords(s, v, err) < 0)
		return -1;
	note_id(s, v);
	for (size_t i = 0; i < ARRAY_LEN(single); i++) {
		const struct json *child = json_get(v, str_c(single[i]));

		if (child && check_schema(s, child, depth + 1, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < ARRAY_LEN(several); i++)
		if (check_each(s, json_get(v, str_c(several[i])), depth + 1, err) < 0)
			return -1;
	if (json_is(items, JSON_ARRAY))
		return check_each(s, items, depth + 1, err);
	return items ? check_schema(s, items, depth + 1, err) : 0;
}

struct json_schema *json_schema_new(const struct json *schema, struct err *err)
{
	AUTO(json_schema_free)
	struct json_schema *s = mem_zalloc(sizeof(*s));

	s->arena = arena_new();
	s->root = json_copy(schema, s->arena);
	map_init(&s->patterns, s->arena);
	map_init(&s->ids, s->arena);
	if (check_schema(s, s->root, 0, err) < 0)
		return NULL;
	return TAKE(s);
}

void json_schema_free(struct json_schema *schema)
{
	if (!schema)
		return;
	MAP_EACH (&schema->patterns, e)
		regex_free(e->value);
	arena_free(schema->arena);
	free(schema);
}

static void write_place(const struct json_schema_place *place, struct buf *b)
{
	if (place->outer) {
		write_place(place->outer, b);
		buf_byte(b, '.');
	}
	if (place->name.p)
		buf_add(b, place->name);
	else
		buf_fmt(b, "%zu", place->at);
}

str json_schema_field(const struct json_schema_place *place, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	if (!place)
		return STR("(root)");
	buf_init(&b, 64u << 10);
	write_place(place, &b);
	return str_dup(arena, buf_str(&b));
}

bool json_schema_problem(struct json_schema_run *run, const struct json_schema_place *place,
			 const char *type, const char *fmt, ...)
{
	struct json_schema_result *r = run->result;
	char text[2048];
	va_list ap;

	run->score -= 2;
	if (!r || r->n >= JSON_SCHEMA_MAX_PROBLEMS)
		return false;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->problems = arena_grow(run->arena, r->problems, r->n, &r->cap, sizeof(*r->problems));
	r->problems[r->n++] =
		(struct json_schema_problem){ .type = type,
					      .field = json_schema_field(place, run->arena),
					      .text = str_dup(run->arena, str_c(text)) };
	return false;
}

bool json_schema_test(struct json_schema_run *run, const struct json *schema, const struct json *v,
		      const struct json_schema_place *place)
{
	struct json_schema_result *result = run->result;
	bool ok;

	run->result = NULL;
	ok = json_schema_apply(run, schema, v, place);
	run->result = result;
	return ok;
}

void json_schema_sub_apply(struct json_schema_run *run, const struct json *schema,
			   const struct json *v, const struct json_schema_place *place,
			   struct json_schema_sub *out)
{
	struct json_schema_result *result = run->result;
	int score = run->score;

	*out = (struct json_schema_sub){ 0 };
	run->result = result ? &out->result : NULL;
	run->score = 0;
	out->ok = json_schema_apply(run, schema, v, place);
	out->score = run->score;
	run->result = result;
	run->score = score;
}

void json_schema_merge(struct json_schema_run *run, const struct json_schema_sub *sub)
{
	struct json_schema_result *to = run->result;

	run->score += sub->score;
	for (size_t i = 0; to && i < sub->result.n && to->n < JSON_SCHEMA_MAX_PROBLEMS; i++) {
		to->problems = arena_grow(run->arena, to->problems, to->n, &to->cap,
					  sizeof(*to->problems));
		to->problems[to->n++] = sub->result.problems[i];
	}
}

void json_schema_better(struct json_schema_sub *best, const struct json_schema_sub *sub, bool first)
{
	if (first || sub->score > best->score)
		*best = *sub;
}

int json_schema_matches(struct json_schema_run *run, str pattern, str text)
{
	struct regex *regex = json_schema_pattern(run->schema, pattern, run->err);
	int rc = regex ? regex_match(regex, regex_text(text, run->arena), run->err) : -1;

	run->failed |= rc < 0;
	return rc;
}

int json_schema_check(struct json_schema *schema, const struct json *document, struct arena *arena,
		      struct json_schema_result *out, struct err *err)
{
	struct json_schema_run run = {
		.schema = schema, .arena = arena, .result = out, .err = err
	};
	bool ok;

	*out = (struct json_schema_result){ 0 };
	ok = json_schema_apply(&run, schema->root, document, NULL);
	out->steps = run.steps;
	return run.failed ? -1 : ok;
}
