/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/rego_suite.h"

#include "base/base64.h"
#include "base/json.h"

#define LINE "--------------------------------------------------------------------------------\n"

static const char *const words[TEST_OUTCOMES] = { "PASS", "FAIL", "SKIPPED", "ERROR" };

/* ---- cases ----------------------------------------------------------------------------------- */

static str case_name(const struct value *v, struct arena *arena)
{
	struct json_writer w;
	struct buf b;
	str text;

	if (v->type == VALUE_STRING)
		return str_dup(arena, value_text(v));
	buf_init(&b, 1u << 20);
	json_writer_init(&w, &b, 0);
	value_write_json(v, &w);
	text = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return text;
}

static struct test_case *case_at(struct test_case *in, const struct value *name,
				 struct arena *arena)
{
	str text = case_name(name, arena);
	struct test_case **slot;

	if (in->n == 0)
		map_init(&in->cases, arena);
	slot = (struct test_case **)map_slot(&in->cases, text);
	if (!*slot) {
		*slot = ARENA_NEW(arena, struct test_case);
		(*slot)->name = text;
		(*slot)->fail = true;
		in->n++;
	}
	return *slot;
}

void test_cases_saw(struct test_case *to, const struct value *name, struct arena *arena)
{
	for (uint32_t i = 0; i < name->n; i++)
		to = case_at(to, &name->items[i], arena);
}

void test_cases_judge(struct test_case *to, const struct value *answer, struct arena *arena)
{
	to->fail = false;
	for (uint32_t i = 0; i < answer->n; i++) {
		const struct value *v = &answer->members[i].value;
		struct test_case *one = case_at(to, &answer->members[i].key, arena);

		if (v->type == VALUE_OBJECT)
			test_cases_judge(one, v, arena);
		else
			one->fail = !value_is_true(v);
	}
	if (to->n == 0)
		return;
	MAP_EACH (&to->cases, entry)
		to->fail |= ((const struct test_case *)entry->value)->fail;
}

static int by_name(const void *a, const void *b)
{
	const struct test_case *const *x = a, *const *y = b;

	return str_cmp((*x)->name, (*y)->name);
}

/* The cases of a case, by name. From malloc. */
static struct test_case **cases_of(const struct test_case *test)
{
	struct test_case **list = mem_zalloc((test->n + 1) * sizeof(struct test_case *));
	size_t n = 0;

	if (test->n == 0)
		return list;
	MAP_EACH (&test->cases, entry)
		list[n++] = entry->value;
	qsort(list, n, sizeof(*list), by_name);
	return list;
}

static void count_cases(struct rego_suite *suite, const struct test_case *test)
{
	if (test->n == 0) {
		suite->count[test->fail ? TEST_FAIL : TEST_PASS]++;
		return;
	}
	MAP_EACH (&test->cases, entry)
		count_cases(suite, entry->value);
}

void rego_suite_count(struct rego_suite *suite, const struct rego_test *test)
{
	if (test->outcome <= TEST_FAIL && test->cases.n > 0)
		count_cases(suite, &test->cases);
	else
		suite->count[test->outcome]++;
}

/* ---- for people ------------------------------------------------------------------------------ */

static void put_cases(struct buf *b, const struct test_case *test, unsigned depth, bool all)
{
	struct test_case **list = cases_of(test);

	for (size_t i = 0; i < test->n; i++) {
		if (!list[i]->fail && !all)
			continue;
		for (unsigned k = 0; k < depth; k++)
			BUF_LIT(b, "  ");
		buf_fmt(b, "%.*s: %s\n", STR_ARG(list[i]->name),
			words[list[i]->fail ? TEST_FAIL : TEST_PASS]);
		put_cases(b, list[i], depth + 1, all);
	}
	free(list);
}

static void put_indented(struct buf *b, str text)
{
	str line;

	while (str_line(&text, &line)) {
		BUF_LIT(b, "  ");
		buf_add(b, line);
		buf_byte(b, '\n');
	}
}

/* 1.234567ms, 12.5µs, 830ns */
static void put_duration(struct buf *b, uint64_t ns)
{
	if (ns >= 1000000000u)
		buf_fmt(b, "%.9gs", (double)ns / 1e9);
	else if (ns >= 1000000u)
		buf_fmt(b, "%.9gms", (double)ns / 1e6);
	else if (ns >= 1000u)
		buf_fmt(b, "%.9gµs", (double)ns / 1e3);
	else
		buf_fmt(b, "%lluns", (unsigned long long)ns);
}

static void put_test(struct buf *b, const struct rego_suite *suite, const struct rego_test *test)
{
	buf_fmt(b, "%.*s.%.*s: %s", STR_ARG(test->is.package), STR_ARG(test->is.name),
		words[test->outcome]);
	if (test->outcome != TEST_SKIPPED) {
		BUF_LIT(b, " (");
		put_duration(b, test->ns);
		BUF_LIT(b, ")");
	}
	if (suite->bench && test->runs > 1)
		buf_fmt(b, "\t%llu runs\t%llu ns/op", (unsigned long long)test->runs,
			(unsigned long long)test->ns);
	buf_byte(b, '\n');
	put_cases(b, &test->cases, 1, suite->verbose);
	if (test->printed.n > 0) {
		buf_byte(b, '\n');
		put_indented(b, test->printed);
		buf_byte(b, '\n');
	}
	if (test->error.n > 0)
		put_indented(b, test->error);
}

void rego_suite_put_pretty(const struct rego_suite *suite, struct buf *out)
{
	size_t all = 0;
	str file = STR_EMPTY;

	for (size_t i = 0; i < suite->n; i++) {
		const struct rego_test *test = &suite->tests[i];

		if (test->outcome == TEST_PASS && !suite->verbose && !suite->bench)
			continue;
		if (!str_eq(test->is.file, file)) {
			buf_fmt(out, "%s%.*s:\n", file.n ? "\n" : "", STR_ARG(test->is.file));
			file = test->is.file;
		}
		put_test(out, suite, test);
	}
	if (out->n > 0)
		BUF_LIT(out, LINE);
	for (size_t i = 0; i < TEST_OUTCOMES; i++)
		all += suite->count[i];
	for (size_t i = 0; i < TEST_OUTCOMES; i++) {
		if (suite->count[i] > 0)
			buf_fmt(out, "%s: %zu/%zu\n", words[i], suite->count[i], all);
	}
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void put_json_cases(struct json_writer *w, const struct test_case *test)
{
	struct test_case **list;

	if (test->n == 0)
		return;
	list = cases_of(test);
	JSON_KEY(w, "sub_results");
	json_open_object(w);
	for (size_t i = 0; i < test->n; i++) {
		json_key(w, list[i]->name);
		json_open_object(w);
		put_json_cases(w, list[i]);
		json_kv_str(w, STR("name"), list[i]->name);
		if (list[i]->fail)
			json_kv_bool(w, STR("fail"), true);
		json_close_object(w);
	}
	json_close_object(w);
	free(list);
}

/* As `opa test` writes it: text that was printed is in base64. */
static void put_json_test(struct json_writer *w, const struct rego_test *test, struct arena *arena)
{
	json_open_object(w);
	if (test->outcome == TEST_ERROR)
		json_kv_str(w, STR("error"), test->error);
	JSON_KEY(w, "location");
	json_open_object(w);
	json_kv_str(w, STR("file"), test->is.file);
	json_kv_u64(w, STR("row"), test->is.line);
	json_kv_u64(w, STR("col"), test->is.col);
	json_close_object(w);
	put_json_cases(w, &test->cases);
	json_kv_str(w, STR("package"), test->is.package);
	json_kv_str(w, STR("name"), test->is.name);
	if (test->printed.n > 0)
		json_kv_str(w, STR("output"), base64_encode(arena, test->printed));
	json_kv_u64(w, STR("duration"), test->ns);
	if (test->outcome == TEST_FAIL)
		json_kv_bool(w, STR("fail"), true);
	if (test->outcome == TEST_SKIPPED)
		json_kv_bool(w, STR("skip"), true);
	json_close_object(w);
}

void rego_suite_put_json(const struct rego_suite *suite, struct buf *out)
{
	struct json_writer w;

	json_writer_init(&w, out, 2);
	json_open_array(&w);
	for (size_t i = 0; i < suite->n; i++)
		put_json_test(&w, &suite->tests[i], suite->arena);
	json_close_array(&w);
	buf_byte(out, '\n');
}
