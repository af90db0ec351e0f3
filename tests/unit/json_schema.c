/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/json_schema.h"

#include "base/err.h"
#include "casefile.h"
#include "test.h"

static void put_problems(struct buf *out, const struct json_schema_result *result)
{
	for (size_t i = 0; i < result->n; i++)
		buf_fmt(out, "%s%s %.*s: %.*s", i ? " ; " : "", result->problems[i].type,
			STR_ARG(result->problems[i].field), STR_ARG(result->problems[i].text));
}

/* "valid", the problems, or "error: ..." */
static str verdict(str schema_text, str document_text, struct arena *arena)
{
	const struct json *schema_json, *document;
	AUTO(json_schema_free)
	struct json_schema *schema = NULL;
	struct json_schema_result result = { 0 };
	struct err err;
	struct buf b;
	str text;
	int rc = -1;

	if (json_parse(schema_text, NULL, arena, &schema_json, &err) < 0 ||
	    json_parse(document_text, NULL, arena, &document, &err) < 0)
		return str_fmt(arena, "not JSON: %s", err.msg);
	schema = json_schema_new(schema_json, &err);
	if (schema)
		rc = json_schema_check(schema, document, arena, &result, &err);
	if (rc < 0)
		return str_fmt(arena, "error: %s", err.msg);
	if (rc == 1)
		return result.n == 0 ? STR("valid") : STR("valid with problems");
	buf_init(&b, 1u << 16);
	put_problems(&b, &result);
	text = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return text;
}

TEST(json_schema_keywords)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("json_schema/keywords.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		ptrdiff_t document = str_find(file.line, STR(" <- ")),
			  want_at = str_find(file.line, STR(" => "));
		str want, got;

		CASE_CHECK(&file, document > 0 && want_at > document, "no <- or =>");
		want = str_skip(file.line, (size_t)want_at + 4);
		got = verdict(str_take(file.line, (size_t)document),
			      str_skip(str_take(file.line, (size_t)want_at), (size_t)document + 4),
			      arena);
		CASE_CHECK(&file,
			   str_starts(want, STR("error: ")) ? str_starts(got, want)
							    : str_eq(got, want),
			   "got  %.*s\n     want %.*s", STR_ARG(got), STR_ARG(want));
	}
}

static str repeated(const char *before, const char *inside, const char *after, size_t n,
		    struct arena *arena)
{
	struct buf b;
	str text;

	buf_init(&b, 1u << 24);
	for (size_t i = 0; i < n; i++)
		buf_add(&b, str_c(before));
	buf_add(&b, str_c(inside));
	for (size_t i = 0; i < n; i++)
		buf_add(&b, str_c(after));
	text = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return text;
}

TEST(json_schema_limits_hold)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str deep = repeated("{\"not\":", "{}", "}", JSON_SCHEMA_MAX_DEPTH + 2, arena);
	AUTO(buf_done)
	struct buf list = { 0 };
	const struct json *json;
	struct err err;

	buf_init(&list, 1u << 20);
	CHECK(json_parse(deep, &(struct json_opts){ .max_depth = 1000 }, arena, &json, &err) == 0);
	CHECK(!json_schema_new(json, &err));
	CHECK_STR(err.msg, "schema nests too deeply");
	CHECK_STR(str_cstr(arena, verdict(STR("{\"allOf\": [{\"$ref\": \"#/definitions/a\"}], "
					      "\"definitions\": {\"a\": {\"anyOf\": "
					      "[{\"$ref\": \"#/definitions/b\"}, "
					      "{\"$ref\": \"#/definitions/b\"}]}, "
					      "\"b\": {\"$ref\": \"#/definitions/a\"}}}"),
					  STR("1"), arena)),
		  "error: schema: refers to itself too deeply");
	for (int i = 0; i < 2100; i++)
		buf_fmt(&list, "%s%d", i ? ", " : "[", i);
	BUF_LIT(&list, "]");
	CHECK_STR(str_cstr(arena, verdict(STR("{\"uniqueItems\": true}"), buf_str(&list), arena)),
		  "error: schema: takes too many steps");
}
