/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "cmd/output.h"
#include "cmd/rego.h"
#include "cmd/rego_cover.h"
#include "cmd/rego_suite.h"
#include "fmt/syntax/regex.h"

#define BENCH_NS 1000000000ull /* how long one test is repeated */

enum {
	TEST_VERBOSE,
	TEST_RUN,
	TEST_COVERAGE,
	TEST_FORMAT,
	TEST_BUNDLE,
	TEST_BENCH,
	TEST_SKIPPED_FINE,
	TEST_THRESHOLD,
	TEST_COUNT,
	TEST_TIMEOUT,
	TEST_SCHEMA,
	TEST_IGNORE,
	TEST_V0,
	TEST_V1,
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
	[TEST_SKIPPED_FINE] = {
		.name = "exit-zero-on-skipped", .letter = 'z',
		.help = { "Tests that are skipped (todo_test_*) are no failure",
			  "スキップしたテスト（todo_test_*）を失敗としない" },
	},
	[TEST_THRESHOLD] = {
		.name = "threshold", .arg = "PERCENT",
		.help = { "Exit with 1 when the tests reach fewer lines than that",
			  "到達した行がこの割合に満たなければ終了コード 1" },
	},
	[TEST_COUNT] = {
		.name = "count", .arg = "N", .preset = "1",
		.help = { "Run each test so many times", "各テストをこの回数だけ実行" },
	},
	[TEST_TIMEOUT] = REGO_OPTION_TIMEOUT,
	[TEST_SCHEMA] = REGO_OPTION_SCHEMA,
	[TEST_IGNORE] = REGO_OPTION_IGNORE,
	[TEST_V0] = REGO_OPTION_V0,
	[TEST_V1] = REGO_OPTION_V1,
};

struct run {
	struct invocation *in;
	struct policy *policy;
	struct regex *regex;
	struct policy_counters counters;
	struct rego_suite suite;
	struct rego_schemas schemas;
	uint64_t count, timeout_ns;
	uint64_t threshold; /* hundredths of a percent; 0: none */
	struct err *err;
};

/* What one evaluation of a test leaves. */
struct watch {
	struct rego_test *test;
	struct arena *arena;
	struct buf printed;
};

static int collect(void *context, const struct policy_test *test)
{
	struct run *run = context;
	struct rego_suite *suite = &run->suite;

	if (run->regex) {
		int rc = regex_match(run->regex, regex_text(test->path, suite->arena), run->err);

		if (rc <= 0)
			return rc;
	}
	suite->tests = arena_grow(suite->arena, suite->tests, suite->n, &suite->cap,
				  sizeof(*suite->tests));
	suite->tests[suite->n++] = (struct rego_test){ .is = *test };
	return 0;
}

static void on_print(void *context, str file, uint32_t line, str text)
{
	struct watch *watch = context;

	(void)file;
	(void)line;
	buf_add(&watch->printed, text);
	buf_byte(&watch->printed, '\n');
}

static void on_case(void *context, const struct value *name)
{
	struct watch *watch = context;

	test_cases_saw(&watch->test->cases, name, watch->arena);
}

static enum test_outcome judge(struct rego_test *test, const struct policy_answers *answers,
			       struct arena *arena)
{
	const struct value *v = answers->n > 0 ? &answers->items[0].values[0] : NULL;

	if (!v)
		return TEST_FAIL;
	if (!test->is.cases || v->type != VALUE_OBJECT)
		return value_is_true(v) ? TEST_PASS : TEST_FAIL;
	test_cases_judge(&test->cases, v, arena);
	return test->cases.fail ? TEST_FAIL : TEST_PASS;
}

static void run_once(struct run *to, const struct policy_query *query, struct rego_test *test,
		     struct builtin_cache *cache)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct watch watch = { .test = test, .arena = to->suite.arena };
	struct policy_run run = {
		.print = on_print,
		.test_case = on_case,
		.context = &watch,
		.cache = cache,
		.timeout_ns = to->timeout_ns,
	};
	struct policy_answers answers;
	struct err err;

	buf_init(&watch.printed, 1u << 20);
	test->cases = (struct test_case){ .fail = false };
	if (to->counters.n > 0)
		run.counters = &to->counters;
	if (policy_eval(query, &run, arena, &answers, &err) < 0) {
		test->outcome = TEST_ERROR;
		test->error = str_dup(to->suite.arena, str_c(err.msg));
	} else {
		test->outcome = judge(test, &answers, to->suite.arena);
	}
	test->printed = str_dup(to->suite.arena, buf_str(&watch.printed));
	buf_done(&watch.printed);
}
static void run_test(struct run *to, struct rego_test *test, struct builtin_cache *cache)
{
	struct problems problems = { .arena = to->suite.arena };
	AUTO(policy_query_free)
	struct policy_query *query = NULL;
	uint64_t start, end;
	struct err err;

	if (test->is.skip) {
		test->outcome = TEST_SKIPPED;
		return;
	}
	query = policy_query_new(to->policy, test->is.path, false, &problems, &err);
	if (!query) {
		test->outcome = TEST_ERROR;
		test->error = str_dup(to->suite.arena, str_c(err.msg));
		return;
	}
	start = rego_clock_ns();
	do {
		run_once(to, query, test, cache);
		test->runs++;
		end = rego_clock_ns();
	} while (test->outcome == TEST_PASS &&
		 (test->runs < to->count || (to->suite.bench && end - start < BENCH_NS)));
	test->ns = (end - start) / test->runs;
}

static int load(struct invocation *in, struct rego_files *files, struct err *err)
{
	size_t n;
	const str *bundles = option_items(&in->options, TEST_BUNDLE, &n);

	rego_files_init(files, option_on(&in->options, TEST_V0), in->arena);
	files->ignore = option_items(&in->options, TEST_IGNORE, &files->ignore_n);
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

static int run_all(struct run *run)
{
	AUTO(builtin_cache_free)
	struct builtin_cache *cache = builtin_cache_new();
	struct arena *arena = run->in->arena;

	if (option_on(&run->in->options, TEST_COVERAGE) || run->threshold > 0) {
		run->counters.n = policy_literals(run->policy);
		run->counters.tried = ARENA_ARRAY(arena, uint32_t, run->counters.n);
		run->counters.answered = ARENA_ARRAY(arena, uint32_t, run->counters.n);
	}
	if (policy_each_test(run->policy, collect, run, arena) < 0)
		return -1;
	for (size_t i = 0; i < run->suite.n; i++) {
		run_test(run, &run->suite.tests[i], cache);
		rego_suite_count(&run->suite, &run->suite.tests[i]);
	}
	return 0;
}

static int answer(struct run *run, struct err *err)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	const struct options *o = &run->in->options;
	const size_t *count = run->suite.count;
	bool failed = count[TEST_FAIL] + count[TEST_ERROR] > 0;
	uint64_t reached = 0;

	buf_init(&b, ANSWER_MAX);
	if (run->counters.n > 0 && !failed)
		reached = rego_put_coverage(&b, run->policy, &run->counters, run->in->arena);
	else if (str_eq(option_text(o, TEST_FORMAT), STR("json")) && run->counters.n == 0)
		rego_suite_put_json(&run->suite, &b);
	else
		rego_suite_put_pretty(&run->suite, &b);
	if (answer_write(run->in, STR_EMPTY, &b, err) < 0)
		return -1;
	if (run->suite.n == 0)
		return err_set(err, ERR_NOT_FOUND,
			       "there is no test (a rule whose name begins with test_)");
	if (!failed && reached < run->threshold) {
		char text[120];

		(void)snprintf(text, sizeof(text),
			       "Code coverage threshold not met: got %.2f instead of %.2f\n",
			       (double)reached / 100, (double)run->threshold / 100);
		IGNORE(fd_write_all(STDERR_FILENO, str_c(text), err)); /* the exit code says it */
		return EXIT_FINDINGS;
	}
	if (count[TEST_SKIPPED] > 0 && !option_on(o, TEST_SKIPPED_FINE))
		return EXIT_FINDINGS;
	return failed ? EXIT_FINDINGS : EXIT_FINE;
}

/* "85" or "85.5" as hundredths. */
static bool percent(str text, uint64_t *out)
{
	uint64_t whole, part = 0;
	str left, right;

	if (!str_cut(text, '.', &left, &right))
		left = text, right = STR("0");
	if (!str_u64(left, &whole) || whole > 100 || right.n > 2 || !str_u64(right, &part))
		return false;
	*out = whole * 100 + (right.n == 1 ? part * 10 : part);
	return *out <= 10000;
}

static int numbers(struct run *run, struct err *err)
{
	const struct options *o = &run->in->options;
	str threshold = option_text(o, TEST_THRESHOLD);

	if (!str_u64(option_text(o, TEST_COUNT), &run->count) || run->count == 0)
		return err_set(err, ERR_USAGE, "--count: a number from 1");
	if (threshold.n > 0 && !percent(threshold, &run->threshold))
		return err_set(err, ERR_USAGE, "--threshold: a number from 0 to 100");
	return rego_timeout(option_text(o, TEST_TIMEOUT), &run->timeout_ns, err);
}

static int run(struct invocation *in, struct err *err)
{
	AUTO(policy_unref)
	struct policy *policy = NULL;
	AUTO(regex_free)
	struct regex *regex = NULL;
	str pattern = option_text(&in->options, TEST_RUN);
	struct run run = { .in = in, .err = err };
	struct rego_files files;

	if (numbers(&run, err) < 0 || load(in, &files, err) < 0 ||
	    rego_schemas_read(option_text(&in->options, TEST_SCHEMA), in->arena, &run.schemas,
			      err) < 0)
		return -1;
	if (pattern.n > 0 && !(run.regex = regex = regex_new(pattern, err)))
		return err_wrap(err, "--run");
	run.policy = policy = rego_compile(&files, REGO_COMPILE_TESTS, &run.schemas, err);
	run.suite.arena = in->arena;
	run.suite.verbose = option_on(&in->options, TEST_VERBOSE);
	run.suite.bench = option_on(&in->options, TEST_BENCH);
	if (!policy || run_all(&run) < 0)
		return -1;
	return answer(&run, err);
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
	.fails = { "a test failed or was skipped, or --threshold is not reached",
		   "失敗または省略されたテストあり、または --threshold 未達" },
	.options = options,
	.option_count = TEST_OPTION_COUNT,
	.examples = examples,
	.run = run,
};
