/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What our SARIF writer writes (the files of tests/data/report, which tests/unit/report.c holds
 * equal to it) validates against the published schema; the examples of the set, which are valid as
 * well, are imported or refused with a reason.
 */
#include "base/buf.h"
#include "base/err.h"
#include "fmt/syntax/json_schema.h"
#include "oracle.h"
#include "report/import.h"

#include <dirent.h>

#define SCHEMA	     "sarif-schema-2.1.0.json"
#define DOCUMENT_MAX (16u << 20)

static str load(const char *path, struct arena *arena, struct err *err)
{
	struct buf b;

	buf_init(&b, DOCUMENT_MAX);
	int failed = buf_read_file(&b, path, err);
	str text = failed < 0 ? STR_EMPTY : str_dup(arena, buf_str(&b));
	buf_done(&b);
	return text;
}

static const struct json *parse(str text, struct arena *arena, struct err *err)
{
	const struct json *v;

	return text.n > 0 && json_parse(text, NULL, arena, &v, err) == 0 ? v : NULL;
}

static void judge(struct oracle *oracle, struct json_schema *schema, const char *name,
		  const char *path, struct arena *arena)
{
	struct json_schema_result result = { 0 };
	struct err err = { 0 };
	const struct json *document = parse(load(path, arena, &err), arena, &err);

	snprintf(oracle->id, sizeof(oracle->id), "%s", name);
	oracle->judged = false;
	if (!document) {
		oracle_fail(oracle, "%s", err.msg);
		return;
	}
	int rc = json_schema_check(schema, document, arena, &result, &err);
	if (rc == 1)
		oracle_pass(oracle);
	else if (rc < 0)
		oracle_fail(oracle, "%s", err.msg);
	else
		oracle_fail(oracle, "%.*s: %.*s", STR_ARG(result.problems[0].field),
			    STR_ARG(result.problems[0].text));
}

static void judge_ours(struct oracle *oracle, struct json_schema *schema, struct arena *arena)
{
	static const char *const names[] = { "full.sarif", "pipeline.sarif", "several.sarif" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		str path = str_fmt(arena, TESTS_DATA "/report/%s", names[i]);

		judge(oracle, schema, names[i], str_cstr(arena, path), arena);
	}
}

/* A log without a run is about nothing; anything else is read. */
static void judge_example(struct oracle *oracle, const char *name, struct arena *arena)
{
	struct imported_list list;
	struct err err = { 0 };
	str text = load(oracle_path(oracle, arena, str_c(name)), arena, &err);
	const struct json *document = parse(text, arena, &err);
	bool runs = json_len(JSON_GET(document, "runs")) > 0;

	snprintf(oracle->id, sizeof(oracle->id), "%s", name);
	oracle->judged = false;
	int rc = import_read(text, arena, &list, &err);
	if ((rc == 0) == runs)
		oracle_pass(oracle);
	else
		oracle_fail(oracle, "%s", rc < 0 ? err.msg : "a log without runs was taken");
}

static void judge_examples(struct oracle *oracle, struct arena *arena)
{
	DIR *dir = opendir(oracle->dir);

	for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
		str name = str_c(entry->d_name);

		if (!str_ends(name, STR(".json")) || str_find(name, STR("schema")) >= 0)
			continue;
		judge_example(oracle, entry->d_name, arena);
	}
	if (dir)
		closedir(dir);
}

int main(int argc, char **argv)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct oracle oracle;
	struct err err = { 0 };

	oracle_init(&oracle, argc, argv);
	const struct json *text =
		parse(load(oracle_path(&oracle, arena, STR(SCHEMA)), arena, &err), arena, &err);
	AUTO(json_schema_free)
	struct json_schema *schema = text ? json_schema_new(text, &err) : NULL;
	snprintf(oracle.id, sizeof(oracle.id), "%s", SCHEMA);
	if (!schema) {
		oracle_fail(&oracle, "%s", err.msg);
		return oracle_finish(&oracle);
	}
	judge_ours(&oracle, schema, arena);
	judge_examples(&oracle, arena);
	return oracle_finish(&oracle);
}
