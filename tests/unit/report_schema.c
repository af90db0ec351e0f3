/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doc/report-schema.json against the reports of tests/data/report (which are what the writer
 * writes: tests/unit/report.c): each is valid, and each member the schema describes occurs in one
 * of them.
 */
#include "base/arena.h"
#include "base/json.h"
#include "casefile.h"
#include "test.h"

#define SCHEMA_PATH "doc/report-schema.json"

/* The part of JSON Schema 2020-12 that our schema uses. */
struct seen {
	const struct json *schema;
};

struct validator {
	const struct json *root;
	struct arena *arena;
	struct seen *seen; /* property schemas that occurred */
	size_t seen_n, seen_cap;
	char why[256];
};

static bool validate(struct validator *v, const struct json *schema, const struct json *value);

static const struct json *read_json(struct arena *arena, const char *path)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	const struct json *value;
	struct err err;

	buf_init(&text, 16u << 20);
	CHECK_OK(buf_read_file(&text, path, &err));
	CHECK_OK(json_parse(buf_str(&text), NULL, arena, &value, &err));
	return value;
}

static bool no(struct validator *v, const char *what, str where)
{
	IGNORE(snprintf(v->why, sizeof(v->why), "%s: %.*s", what, STR_ARG(where))); /* may be cut */
	return false;
}

static bool has_type(const struct json *value, str type)
{
	int64_t n;

	if (str_eq(type, STR("object")))
		return json_is(value, JSON_OBJECT);
	if (str_eq(type, STR("array")))
		return json_is(value, JSON_ARRAY);
	if (str_eq(type, STR("string")))
		return json_is(value, JSON_STRING);
	if (str_eq(type, STR("null")))
		return json_is(value, JSON_NULL);
	if (str_eq(type, STR("number")))
		return json_is(value, JSON_NUMBER);
	if (str_eq(type, STR("integer")))
		return json_i64(value, &n);
	CHECK(str_eq(type, STR("boolean")));
	return json_is(value, JSON_TRUE) || json_is(value, JSON_FALSE);
}

static bool type_fits(const struct json *types, const struct json *value)
{
	if (json_is(types, JSON_STRING))
		return has_type(value, json_str(types));
	JSON_EACH (types, type) {
		if (has_type(value, json_str(type)))
			return true;
	}
	return types == NULL;
}

static void mark(struct validator *v, const struct json *schema)
{
	v->seen = arena_grow(v->arena, v->seen, v->seen_n, &v->seen_cap, sizeof(*v->seen));
	v->seen[v->seen_n++].schema = schema;
}

static bool object_fits(struct validator *v, const struct json *schema, const struct json *value)
{
	const struct json *properties = JSON_GET(schema, "properties");

	JSON_EACH (JSON_GET(schema, "required"), name) {
		if (!json_get(value, json_str(name)))
			return no(v, "missing", json_str(name));
	}
	JSON_MEMBERS (value, member) {
		const struct json *own = json_get(properties, member->key);

		if (!own)
			return no(v, "not in the schema", member->key);
		mark(v, own);
		if (!validate(v, own, &member->value))
			return false;
	}
	return true;
}

static bool number_fits(const struct json *schema, const struct json *value)
{
	double n, bound;

	if (!json_double(value, &n))
		return true;
	if (json_double(JSON_GET(schema, "minimum"), &bound) && n < bound)
		return false;
	return !json_double(JSON_GET(schema, "maximum"), &bound) || n <= bound;
}

static bool word_fits(const struct json *words, const struct json *value)
{
	JSON_EACH (words, word) {
		if (json_equal(word, value))
			return true;
	}
	return words == NULL;
}

static bool one_fits(struct validator *v, const struct json *list, const struct json *value)
{
	size_t fitting = 0;

	JSON_EACH (list, schema)
		fitting += validate(v, schema, value);
	return fitting == 1;
}

static bool validate(struct validator *v, const struct json *schema, const struct json *value)
{
	str reference = json_get_str(schema, STR("$ref"));
	const struct json *one_of = JSON_GET(schema, "oneOf");
	const struct json *constant = JSON_GET(schema, "const");

	if (reference.n > 0) {
		CHECK(str_starts(reference, STR("#/$defs/")));
		schema = json_get(JSON_GET(v->root, "$defs"), str_skip(reference, 8));
		CHECK(schema != NULL);
		return validate(v, schema, value);
	}
	if (one_of && !one_fits(v, one_of, value))
		return false;
	if (constant && !json_equal(constant, value))
		return no(v, "not the constant", json_str(value));
	if (!type_fits(JSON_GET(schema, "type"), value))
		return no(v, "wrong type", json_get_str(schema, STR("description")));
	if (!word_fits(JSON_GET(schema, "enum"), value))
		return no(v, "not one of the words", json_str(value));
	if (!number_fits(schema, value))
		return no(v, "out of range", json_number(value));
	if (json_is(value, JSON_OBJECT) && JSON_GET(schema, "properties") &&
	    !object_fits(v, schema, value))
		return false;
	JSON_EACH (value, item) {
		if (!validate(v, JSON_GET(schema, "items"), item))
			return false;
	}
	return true;
}

static void check_all_seen(const struct validator *v, const struct json *schema, str name)
{
	JSON_MEMBERS (JSON_GET(schema, "properties"), member) {
		bool seen = false;

		for (size_t i = 0; i < v->seen_n && !seen; i++)
			seen = v->seen[i].schema == &member->value;
		if (!seen)
			test_fail(SCHEMA_PATH, 0, "%.*s.%.*s occurs in no report", STR_ARG(name),
				  STR_ARG(member->key));
		check_all_seen(v, &member->value, member->key);
		check_all_seen(v, JSON_GET(&member->value, "items"), member->key);
	}
}

TEST(schema_describes_every_report_and_nothing_else)
{
	static const char *const names[] = { "report/exceptions.json", "report/full.json",
					     "report/pipeline.json", "report/poor.json",
					     "report/several.json" };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct validator v = { .arena = arena, .root = read_json(arena, SCHEMA_PATH) };
	char path[512];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		casefile_data_path(names[i], path, sizeof(path));
		if (!validate(&v, v.root, read_json(arena, path)))
			test_fail(path, 0, "%s", v.why);
	}
	JSON_MEMBERS (JSON_GET(v.root, "$defs"), def)
		check_all_seen(&v, &def->value, def->key);
}

TEST(schema_refuses_what_it_does_not_describe)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct validator v = { .arena = arena, .root = read_json(arena, SCHEMA_PATH) };
	static const char *const bad[] = {
		"{}",
		"{\"schema_version\": \"1.0\", \"reports\": [{}]}",
		"{\"schema_version\": \"1.0\", \"reports\": [], \"more\": 1}",
		"{\"schema_version\": \"2.0\", \"reports\": []}",
	};
	const struct json *value;
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		CHECK_OK(json_parse(str_c(bad[i]), NULL, arena, &value, &err));
		if (validate(&v, v.root, value))
			test_fail(__FILE__, __LINE__, "valid: %s", bad[i]);
	}
	CHECK_OK(json_parse(STR("{\"schema_version\": \"1.0\", \"reports\": []}"), NULL, arena,
			    &value, &err));
	CHECK(validate(&v, v.root, value));
}
