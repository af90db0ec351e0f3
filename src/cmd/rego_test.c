/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "cmd/output.h"
#include "cmd/rego.h"
#include "cmd/rego_cover.h"
#include "cmd/rego_trace.h"
#include "fmt/regex.h"

#include <time.h>

#define BENCH_NS 1000000000ull /* how long one test is repeated */

enum {
	TEST_VERBOSE,
	TEST_RUN,
	TEST_COVERAGE,
	TEST_FORMAT,
	TEST_BUNDLE,
	TEST_BENCH,
	TEST_V0,
	TEST_OPTION_COUNT
};

static const char *const formats[] = { "pretty", "json", NULL };

static const struct option_spec options[TEST_OPTION_COUNT] = {
	[TEST_VERBOSE] = {
		.name = "verbose", .letter = 'v',
		.help = { "Show every test and what it prints", "すべてのテストとその出力を示す" },
	},
	[TEST_RUN] = {
		.name = "run", .letter = 'r', .arg = "REGEX",
		.help = { "Only tests whose path matches", "パスが一致するテストだけを実行" },
	},
	[TEST_COVERAGE] = {
		.name = "coverage", .letter = 'c',
		.help = { "Show as JSON which lines the tests reached",
			  "テストが到達した行を JSON で示す" },
	},
	[TEST_FORMAT] = {
		.name = "format", .letter = 'f', .arg = "FORMAT", .preset = "pretty",
		.words = formats,
		.help = { "Form of the answer", "出力形式" },
	},
	[TEST_BUNDLE] = REGO_OPTION_BUNDLE,
	[TEST_BENCH] = {
		.name = "bench",
		.help = { "Repeat each test and show how long it takes",
			  "各テストを繰り返して所要時間を示す" },
	},
	[TEST_V0] = REGO_OPTION_V0,
};

enum outcome { PASS, FAIL, ERROR, SKIPPED };

struct test {
	str path, name, file;
	uint32_t line;
	enum outcome outcome;
	uint64_t ns, runs;
	str text; /* error, or what was printed */
};

struct suite {
	struct invocation *in;
	struct policy *policy;
	struct regex *regex;
	struct policy_counters counters;
	struct test *tests;
	size_t n, cap, count[4];
	struct err *err;
};

static uint64_t clock_ns(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* A rule whose name begins with test_ (todo_test_: known not to work yet). */
static int collect(void *context, str path, str name, str file, uint32_t line)
{
	struct suite *suite = context;
	struct arena *arena = suite->in->arena;

	if (!str_starts(name, STR("test_")) && !str_starts(name, STR("todo_test_")))
		return 0;
	for (size_t i = suite->n; i > 0; i--) {
		if (str_eq(suite->tests[i - 1].path, path))
			return 0;
	}
	if (suite->regex) {
		int rc = regex_match(suite->regex, regex_text(path, arena), suite->err);

		if (rc <= 0)
			return rc;
	}
	suite->tests =
		arena_grow(arena, suite->tests, suite->n, &suite->cap, sizeof(*suite->tests));
	suite->tests[suite->n++] =
		(struct test){ .path = path, .name = name, .file = file, .line = line };
	return 0;
}

/* True, or for a test with several named cases all of them. */
static bool passes(const struct value *v)
{
	if (v->type != VALUE_OBJECT)
		return !value_is_false(v);
	for (uint32_t i = 0; i < v->n; i++) {
		if (!passes(&v->members[i].value))
			return false;
	}
	return v->n > 0;
}

static void run_once(struct suite *suite, const struct policy_query *query, struct test *test,
		     struct builtin_cache *cache)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf printed = { 0 };
	struct policy_run run = { .print = rego_print, .context = &printed, .cache = cache };
	struct policy_answers answers;
	struct err err;
	int rc;

	buf_init(&printed, 1u << 20);
	if (suite->counters.n > 0)
		run.counters = &suite->counters;
	rc = policy_eval(query, &run, arena, &answers, &err);
	test->outcome = ERROR;
	if (rc == 0)
		test->outcome = answers.n > 0 && passes(&answers.items[0].values[0]) ? PASS : FAIL;
	test->text = str_dup(suite->in->arena, rc < 0 ? str_c(err.msg) : buf_str(&printed));
}

static int run_test(struct suite *suite, struct test *test, struct builtin_cache *cache)
{
	struct problems problems = { .arena = suite->in->arena };
	AUTO(policy_query_free)
	struct policy_query *query = NULL;
	bool bench = option_on(&suite->in->options, TEST_BENCH);
	uint64_t start, end;

	if (str_starts(test->name, STR("todo_"))) {
		test->outcome = SKIPPED;
		return 0;
	}
	query = policy_query_new(suite->policy, test->path, false, &problems, suite->err);
	if (!query)
		return -1;
	start = clock_ns();
	do {
		run_once(suite, query, test, cache);
		test->runs++;
		end = clock_ns();
	} while (bench && test->outcome == PASS && end - start < BENCH_NS);
	test->ns = (end - start) / test->runs;
	return 0;
}

static const char *const words[] = { "PASS", "FAIL", "ERROR", "SKIPPED" };

static void put_test(struct buf *b, const struct test *test, bool verbose)
{
	if (!verbose && test->outcome == PASS && test->runs <= 1)
		return;
	buf_fmt(b, "%.*s: %s", STR_ARG(test->path), words[test->outcome]);
	if (test->outcome != SKIPPED)
		buf_fmt(b, " (%.3fms)", (double)test->ns / 1e6);
	if (test->runs > 1)
		buf_fmt(b, "  %llu runs, %llu ns each", (unsigned long long)test->runs,
			(unsigned long long)test->ns);
	buf_byte(b, '\n');
	if (test->text.n > 0 && (verbose || test->outcome != PASS)) {
		str rest = test->text, line;

		while (str_line(&rest, &line)) {
			BUF_LIT(b, "  ");
			buf_add(b, line);
			buf_byte(b, '\n');
		}
	}
}

static void put_pretty(struct buf *b, const struct suite *suite)
{
	bool verbose = option_on(&suite->in->options, TEST_VERBOSE);
	str file = STR_EMPTY;

	for (size_t i = 0; i < suite->n; i++) {
		const struct test *test = &suite->tests[i];
		size_t before = b->n;
		struct buf line;

		buf_init(&line, ANSWER_MAX);
		put_test(&line, test, verbose);
		if (line.n > 0 && !str_eq(test->file, file)) {
			file = test->file;
			buf_fmt(b, "%s%.*s:\n", before ? "\n" : "", STR_ARG(file));
		}
		buf_add(b, buf_str(&line));
		buf_done(&line);
	}
	if (b->n > 0)
		BUF_LIT(b,
			"--------------------------------------------------------------------------------\n");
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (suite->count[i] > 0)
			buf_fmt(b, "%s: %zu/%zu\n", words[i], suite->count[i], suite->n);
	}
}

/* The path up to the name of the test. */
static str package_of(const struct test *test)
{
	ptrdiff_t at = str_find(test->path, test->name);

	return at > 0 ? str_take(test->path, (size_t)at - 1) : test->path;
}

static void put_json(struct buf *b, const struct suite *suite)
{
	struct json_writer w;

	json_writer_init(&w, b, 2);
	json_open_array(&w);
	for (size_t i = 0; i < suite->n; i++) {
		const struct test *test = &suite->tests[i];

		json_open_object(&w);
		JSON_KEY(&w, "location");
		json_open_object(&w);
		json_kv_str(&w, STR("file"), test->file);
		json_kv_u64(&w, STR("row"), test->line);
		json_close_object(&w);
		json_kv_str(&w, STR("package"), package_of(test));
		json_kv_str(&w, STR("name"), test->name);
		json_kv_u64(&w, STR("duration"), test->ns);
		if (test->outcome == FAIL)
			json_kv_bool(&w, STR("fail"), true);
		if (test->outcome == SKIPPED)
			json_kv_bool(&w, STR("skip"), true);
		if (test->outcome == ERROR)
			json_kv_str(&w, STR("error"), test->text);
		json_close_object(&w);
	}
	json_close_array(&w);
	buf_byte(b, '\n');
}

static int load(struct invocation *in, struct rego_files *files, struct err *err)
{
	size_t n;
	const str *bundles = option_items(&in->options, TEST_BUNDLE, &n);

	rego_files_init(files, option_on(&in->options, TEST_V0), in->arena);
	for (size_t i = 0; i < in->options.operand_count; i++) {
		if (rego_files_add(files, in->options.operands[i], err) < 0)
			return -1;
	}
	for (size_t i = 0; i < n; i++) {
		if (rego_files_add_bundle(files, bundles[i], err) < 0)
			return -1;
	}
	if (files->n == 0)
		return err_set(err, ERR_USAGE, "there is no .rego file");
	return 0;
}

static int run_all(struct suite *suite, struct err *err)
{
	AUTO(builtin_cache_free)
	struct builtin_cache *cache = builtin_cache_new();
	struct arena *arena = suite->in->arena;

	if (option_on(&suite->in->options, TEST_COVERAGE)) {
		suite->counters.n = policy_literals(suite->policy);
		suite->counters.tried = ARENA_ARRAY(arena, uint32_t, suite->counters.n);
		suite->counters.answered = ARENA_ARRAY(arena, uint32_t, suite->counters.n);
	}
	if (policy_each_rule(suite->policy, collect, suite) < 0)
		return -1;
	for (size_t i = 0; i < suite->n; i++) {
		if (run_test(suite, &suite->tests[i], cache) < 0)
			return err_wrap(err, "%.*s", STR_ARG(suite->tests[i].path));
		suite->count[suite->tests[i].outcome]++;
	}
	return 0;
}

static int run(struct invocation *in, struct err *err)
{
	AUTO(policy_unref)
	struct policy *policy = NULL;
	AUTO(regex_free)
	struct regex *regex = NULL;
	AUTO(buf_done)
	struct buf b = { 0 };
	str pattern = option_text(&in->options, TEST_RUN);
	struct suite suite = { .in = in, .err = err };
	struct rego_files files;

	if (load(in, &files, err) < 0)
		return -1;
	if (pattern.n > 0 && !(suite.regex = regex = regex_new(pattern, err)))
		return err_wrap(err, "--run");
	suite.policy = policy = rego_compile(&files, false, err);
	if (!policy || run_all(&suite, err) < 0)
		return -1;
	buf_init(&b, ANSWER_MAX);
	if (option_on(&in->options, TEST_COVERAGE))
		rego_put_coverage(&b, policy, &suite.counters, in->arena);
	else if (str_eq(option_text(&in->options, TEST_FORMAT), STR("json")))
		put_json(&b, &suite);
	else
		put_pretty(&b, &suite);
	if (answer_write(in, STR_EMPTY, &b, err) < 0)
		return -1;
	if (suite.n == 0)
		return err_set(err, ERR_NOT_FOUND,
			       "there is no test (a rule whose name begins with test_)");
	return suite.count[FAIL] + suite.count[ERROR] > 0 ? EXIT_FINDINGS : EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "All tests of a folder", "フォルダーのすべてのテスト" },
	  .line = "rego test -v policy/" },
	{ .what = { "Which lines they reach", "テストが到達した行" },
	  .line = "rego test --coverage policy/" },
	{ .line = NULL },
};

const struct command command_rego_test = {
	.name = "test",
	.operands = "PATH...",
	.min_operands = 0,
	.max_operands = COMMAND_ANY,
	.summary = { "Run the tests of policies", "ポリシーのテストを実行" },
	.options = options,
	.option_count = TEST_OPTION_COUNT,
	.examples = examples,
	.run = run,
};
