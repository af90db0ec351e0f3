/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Manifests of weak set-ups, no verdicts: every object must load and be judged by the built-in
 * rules and by the Pod Security Standards, without anything that could not be, and each finding
 * must have its line.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "oracle.h"
#include "policy/constraint/object_check.h"

/* The objects as a file of JSON, one a line. */
static str file_of(const struct json *objects, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b;
	struct json_writer w;

	buf_init(&b, OBJECT_FILE_MAX);
	JSON_EACH (objects, object) {
		json_writer_init(&w, &b, 0);
		json_put(&w, object);
		buf_byte(&b, '\n');
	}
	return str_dup(arena, buf_str(&b));
}

/* NULL, or what is wrong. */
static const char *results_fault(const struct check_results *results, struct arena *arena)
{
	for (size_t i = 0; i < results->n; i++) {
		const struct check_result *r = &results->items[i];

		if (r->verdict == CHECK_ERROR)
			return str_cstr(arena, str_fmt(arena, "%.*s: %.*s", STR_ARG(r->check->id),
						       STR_ARG(r->reason[CHECK_EN])));
		for (size_t k = 0; k < r->finding_n; k++) {
			if (r->findings[k].line == 0)
				return "a finding without a line";
		}
	}
	return NULL;
}

static void judge(struct oracle *oracle, const struct json *test, struct arena *arena)
{
	const struct json *objects = JSON_GET(test, "objects");
	struct library_opts opts = { .pss_level = STR("restricted"), .open = true };
	struct check_results results = { 0 };
	struct object_check check = { .arena = arena, .results = &results };
	struct object_file file = { .arena = arena };
	struct err err;
	AUTO(library_unref)
	struct library *lib = library_load(&opts, &err);
	const char *fault;

	check.library = lib;
	if (!lib || object_file_read(&file, STR("case.json"), file_of(objects, arena), &err) < 0) {
		oracle_fail(oracle, "want it to load, got %s", err.msg);
		return;
	}
	object_check_prepare(&check, &file, STR("default"));
	if (object_check_seal(&check, &err) < 0) {
		oracle_fail(oracle, "want a library, got %s", err.msg);
		return;
	}
	object_check_file(&check, &file);
	object_check_end(&check);
	fault = results_fault(&results, arena);
	if (fault)
		oracle_fail(oracle, "want verdicts, got %s", fault);
	else if (check.read != json_len(objects) || file.rest_n > 0)
		oracle_fail(oracle, "want %zu objects, got %zu", json_len(objects), check.read);
	else
		oracle_pass(oracle);
}

int main(int argc, char **argv)
{
	struct oracle oracle;

	oracle_init(&oracle, argc, argv);
	oracle_each(&oracle, "manifests.jsonl", judge);
	return oracle_finish(&oracle);
}
