/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "cmd/output.h"
#include "cmd/rego.h"
#include "cmd/rego_answer.h"
#include "cmd/rego_cover.h"
#include "cmd/rego_trace.h"

#define COUNT_MAX 1000000u

enum {
	EVAL_DATA,
	EVAL_BUNDLE,
	EVAL_INPUT,
	EVAL_STDIN,
	EVAL_STDIN_INPUT,
	EVAL_FORMAT,
	EVAL_PACKAGE,
	EVAL_IMPORT,
	EVAL_SCHEMA,
	EVAL_IGNORE,
	EVAL_EXPLAIN,
	EVAL_VAR_VALUES,
	EVAL_FAIL,
	EVAL_FAIL_DEFINED,
	EVAL_STRICT,
	EVAL_STRICT_ERRORS,
	EVAL_TIMEOUT,
	EVAL_COUNT,
	EVAL_METRICS,
	EVAL_INSTRUMENT,
	EVAL_PROFILE,
	EVAL_PROFILE_SORT,
	EVAL_PROFILE_LIMIT,
	EVAL_COVERAGE,
	EVAL_V0,
	EVAL_V1,
	EVAL_PARTIAL,
	EVAL_UNKNOWNS,
	EVAL_OPTION_COUNT
};

static const char *const formats[] = { "json",	 "pretty",  "values", "bindings",
				       "source", "discard", "raw",    NULL };
static const char *const explains[] = { "off", "notes", "fails", "full", "debug", NULL };

static const struct option_spec options[EVAL_OPTION_COUNT] = {
	[EVAL_DATA] = REGO_OPTION_DATA,
	[EVAL_BUNDLE] = REGO_OPTION_BUNDLE,
	[EVAL_INPUT] = {
		.name = "input", .letter = 'i', .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Input document, JSON or YAML; - is standard input",
			  "入力文書（JSON または YAML。- は標準入力）" },
	},
	[EVAL_STDIN] = {
		.name = "stdin",
		.help = { "Read the query from standard input", "問い合わせを標準入力から読む" },
	},
	[EVAL_STDIN_INPUT] = {
		.name = "stdin-input", .letter = 'I',
		.help = { "Read the input document from standard input",
			  "入力文書を標準入力から読む" },
	},
	[EVAL_FORMAT] = {
		.name = "format", .letter = 'f', .arg = "FORMAT", .preset = "json",
		.words = formats,
		.help = { "Form of the answer", "出力形式" },
	},
	[EVAL_PACKAGE] = {
		.name = "package", .arg = "NAME",
		.help = { "The query stands in this package", "問い合わせを置くパッケージ" },
	},
	[EVAL_IMPORT] = {
		.name = "import", .arg = "PATH", .repeat = true,
		.help = { "The query imports this: data.a.b, \"input.x as y\"",
			  "問い合わせで使う import（data.a.b、\"input.x as y\"）" },
	},
	[EVAL_SCHEMA] = REGO_OPTION_SCHEMA,
	[EVAL_IGNORE] = REGO_OPTION_IGNORE,
	[EVAL_EXPLAIN] = {
		.name = "explain", .arg = "HOW", .preset = "off", .words = explains,
		.help = { "Show on standard error how the answer came about",
			  "答えに至る経過を標準エラーに示す" },
	},
	[EVAL_VAR_VALUES] = {
		.name = "var-values",
		.help = { "Show the values of variables with --explain",
			  "--explain に変数の値も示す" },
	},
	[EVAL_FAIL] = {
		.name = "fail",
		.help = { "Exit with 1 when the query is undefined",
			  "問い合わせが未定義なら終了コード 1" },
	},
	[EVAL_FAIL_DEFINED] = {
		.name = "fail-defined",
		.help = { "Exit with 1 when the query is defined",
			  "問い合わせが定義されていれば終了コード 1" },
	},
	[EVAL_STRICT] = {
		.name = "strict", .letter = 'S',
		.help = { "Refuse unused variables and imports as well",
			  "使われない変数と import も誤りとする" },
	},
	[EVAL_STRICT_ERRORS] = {
		.name = "strict-builtin-errors",
		.help = { "An error of a built-in function ends the evaluation",
			  "組み込み関数の誤りで評価を終える" },
	},
	[EVAL_TIMEOUT] = REGO_OPTION_TIMEOUT,
	[EVAL_COUNT] = {
		.name = "count", .arg = "N", .preset = "1",
		.help = { "Evaluate so many times, for --metrics and --profile",
			  "この回数だけ評価する（--metrics、--profile 用）" },
	},
	[EVAL_METRICS] = {
		.name = "metrics", .letter = 'm',
		.help = { "Say how long loading, compiling and evaluating took",
			  "読み込み、コンパイル、評価の所要時間を示す" },
	},
	[EVAL_INSTRUMENT] = {
		.name = "instrument",
		.help = { "--metrics, and the steps and memory of the evaluation",
			  "--metrics に加えて評価のステップ数とメモリを示す" },
	},
	[EVAL_PROFILE] = {
		.name = "profile",
		.help = { "Show on standard error where the time went",
			  "時間のかかった式を標準エラーに示す" },
	},
	[EVAL_PROFILE_SORT] = REGO_OPTION_PROFILE_SORT,
	[EVAL_PROFILE_LIMIT] = {
		.name = "profile-limit", .arg = "N", .preset = "10",
		.help = { "Rows of the profile; 0 is all", "プロファイルの行数（0 はすべて）" },
	},
	[EVAL_COVERAGE] = {
		.name = "coverage",
		.help = { "Show as JSON which lines were reached, in place of the answer",
			  "到達した行を答えの代わりに JSON で示す" },
	},
	[EVAL_V0] = REGO_OPTION_V0,
	[EVAL_V1] = REGO_OPTION_V1,
	[EVAL_PARTIAL] = {
		.name = "partial", .letter = 'p', .hidden = true,
		.help = { "Not supported", "未対応" },
	},
	[EVAL_UNKNOWNS] = {
		.name = "unknowns", .letter = 'u', .arg = "PATH", .repeat = true, .hidden = true,
		.help = { "Not supported", "未対応" },
	},
};

struct evaluation {
	struct invocation *in;
	struct rego_files files;
	struct rego_schemas schemas;
	struct policy *policy;
	struct policy_query *query;
	struct policy_run how;
	struct value document;
	struct rego_trace trace;
	struct rego_report report;
	struct policy_answers answers;
	bool metrics;
};

/* The time since *start, which is set anew. */
static void lap(struct evaluation *e, const char *name, uint64_t *start)
{
	uint64_t now = rego_clock_ns();

	if (e->metrics)
		rego_report_time(&e->report, name, now - *start);
	*start = now;
}

static int load(struct evaluation *e, struct err *err)
{
	const struct options *o = &e->in->options;
	str input = option_on(o, EVAL_STDIN_INPUT) ? STR("-") : option_text(o, EVAL_INPUT);
	uint64_t start = rego_clock_ns();
	size_t n, bundle_n;
	const str *data = option_items(o, EVAL_DATA, &n);
	const str *bundles = option_items(o, EVAL_BUNDLE, &bundle_n);

	rego_files_init(&e->files, option_on(o, EVAL_V0), e->in->arena);
	e->files.ignore = option_items(o, EVAL_IGNORE, &e->files.ignore_n);
	for (size_t i = 0; i < n; i++) {
		if (rego_files_add(&e->files, data[i], err) < 0)
			return -1;
	}
	for (size_t i = 0; i < bundle_n; i++) {
		if (rego_files_add_bundle(&e->files, bundles[i], err) < 0)
			return -1;
	}
	lap(e, "timer_rego_load_files_ns", &start);
	if (rego_schemas_read(option_text(o, EVAL_SCHEMA), e->in->arena, &e->schemas, err) < 0)
		return -1;
	if (input.n > 0 && rego_read_document(input, e->in->arena, &e->document, err) < 0)
		return -1;
	lap(e, "timer_rego_input_parse_ns", &start);
	e->how.input = input.n > 0 ? &e->document : NULL;
	return 0;
}

static int query_text(const struct evaluation *e, str *out, struct err *err)
{
	const struct options *o = &e->in->options;

	if (option_on(o, EVAL_STDIN)) {
		if (o->operand_count > 0 || option_on(o, EVAL_STDIN_INPUT) ||
		    str_eq(option_text(o, EVAL_INPUT), STR("-")))
			return err_set(err, ERR_USAGE,
				       "--stdin: the query is on standard input, nothing else");
		return rego_read_text(STR("-"), e->in->arena, out, err);
	}
	if (o->operand_count != 1)
		return err_set(err, ERR_USAGE, "there is no query");
	*out = o->operands[0];
	return 0;
}

static int compile(struct evaluation *e, struct err *err)
{
	const struct options *o = &e->in->options;
	struct problems problems = { .arena = e->in->arena };
	struct policy_query_options opts = { .package = option_text(o, EVAL_PACKAGE),
					     .v0 = e->files.v0 };
	uint64_t start = rego_clock_ns();
	str text;

	opts.imports = option_items(o, EVAL_IMPORT, &opts.import_n);
	if (query_text(e, &text, err) < 0)
		return -1;
	e->policy = rego_compile(&e->files, option_on(o, EVAL_STRICT) ? REGO_COMPILE_STRICT : 0,
				 &e->schemas, err);
	lap(e, "timer_rego_module_compile_ns", &start);
	if (!e->policy)
		return -1;
	e->query = policy_query_new_in(e->policy, text, &opts, &problems, err);
	lap(e, "timer_rego_query_compile_ns", &start);
	if (!e->query)
		rego_show_problems(&problems);
	return e->query ? 0 : -1;
}

/* Once, or as often as --count says; the last answer counts. */
static int evaluate(struct evaluation *e, uint64_t count, struct err *err)
{
	uint64_t *ns = mem_zalloc(count * sizeof(*ns));
	size_t used = arena_used(e->in->arena);
	int rc = 0;

	for (uint64_t i = 0; i < count && rc == 0; i++) {
		struct arena *arena = i + 1 == count ? e->in->arena : arena_new();
		uint64_t start = rego_clock_ns();

		rc = policy_eval(e->query, &e->how, arena, &e->answers, err);
		ns[i] = rego_clock_ns() - start;
		if (arena != e->in->arena)
			arena_free(arena);
	}
	if (rc == 0 && e->metrics)
		rego_report_runs(&e->report, ns, count);
	if (rc == 0 && option_on(&e->in->options, EVAL_INSTRUMENT)) {
		rego_report_time(&e->report, "counter_eval_steps", e->how.steps);
		rego_report_time(&e->report, "counter_eval_bytes", arena_used(e->in->arena) - used);
	}
	free(ns);
	return rc;
}

static int answer(struct evaluation *e, struct err *err)
{
	const struct options *o = &e->in->options;
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, ANSWER_MAX);
	if (option_on(o, EVAL_COVERAGE))
		rego_put_coverage(&b, e->policy, e->how.counters, e->in->arena);
	else
		rego_put_answers(&b, option_text(o, EVAL_FORMAT), e->query, &e->answers, &e->report,
				 e->in->arena);
	if (answer_write(e->in, STR_EMPTY, &b, err) < 0)
		return -1;
	if ((option_on(o, EVAL_FAIL) && e->answers.n == 0) ||
	    (option_on(o, EVAL_FAIL_DEFINED) && e->answers.n > 0))
		return EXIT_FINDINGS;
	return EXIT_FINE;
}

static void count_literals(struct evaluation *e, struct policy_counters *counters)
{
	counters->n = policy_literals(e->policy);
	counters->tried = ARENA_ARRAY(e->in->arena, uint32_t, counters->n);
	counters->answered = ARENA_ARRAY(e->in->arena, uint32_t, counters->n);
	e->how.counters = counters;
}

static int run_all(struct evaluation *e, struct err *err)
{
	const struct options *o = &e->in->options;
	struct rego_trace_options watch = {
		.explain = option_text(o, EVAL_EXPLAIN),
		.values = option_on(o, EVAL_VAR_VALUES),
		.profile = option_on(o, EVAL_PROFILE) || option_given(o, EVAL_PROFILE_SORT) ||
			   option_given(o, EVAL_PROFILE_LIMIT),
	};
	struct policy_counters counters;
	uint64_t count, limit;
	int rc;

	if (option_on(o, EVAL_PARTIAL) || option_given(o, EVAL_UNKNOWNS))
		return err_set(err, ERR_USAGE, "partial evaluation is not supported");
	if (!str_u64(option_text(o, EVAL_COUNT), &count) || count == 0 || count > COUNT_MAX)
		return err_set(err, ERR_USAGE, "--count: a number from 1 to %u", COUNT_MAX);
	if (!str_u64(option_text(o, EVAL_PROFILE_LIMIT), &limit) || limit > UINT32_MAX)
		return err_set(err, ERR_USAGE, "--profile-limit: a number of rows");
	if (rego_timeout(option_text(o, EVAL_TIMEOUT), &e->how.timeout_ns, err) < 0)
		return -1;
	watch.limit = limit;
	watch.sort = option_items(o, EVAL_PROFILE_SORT, &watch.sort_n);
	e->metrics = option_on(o, EVAL_METRICS) || option_on(o, EVAL_INSTRUMENT);
	e->how.strict_builtin_errors = option_on(o, EVAL_STRICT_ERRORS);
	if (load(e, err) < 0 || compile(e, err) < 0)
		return -1;
	if (option_on(o, EVAL_COVERAGE))
		count_literals(e, &counters);
	rego_trace_init(&e->trace, &e->how, &watch, e->policy);
	e->report.trace = &e->trace;
	rc = evaluate(e, count, err);
	rego_trace_show(&e->trace);
	return rc < 0 ? -1 : answer(e, err);
}

static int run(struct invocation *in, struct err *err)
{
	struct evaluation e = { .in = in };
	int rc = run_all(&e, err);

	rego_trace_done(&e.trace);
	policy_query_free(e.query);
	policy_unref(e.policy);
	return rc;
}

static const struct command_example examples[] = {
	{ .what = { "What a policy says of an input", "入力に対するポリシーの答え" },
	  .line = "rego eval -d policy.rego -i input.json data.app.deny" },
	{ .what = { "Fail a pipeline when something is denied",
		    "拒否があればパイプラインを失敗させる" },
	  .line = "rego eval --fail-defined -f raw -d policy/ -i input.json 'data.app.deny[x]'" },
	{ .line = NULL },
};

const struct command command_rego_eval = {
	.name = "eval",
	.operands = "QUERY",
	.min_operands = 0,
	.max_operands = 1,
	.summary = { "Ask policies and data a question", "ポリシーとデータに問い合わせる" },
	.fails = { "the query is undefined (--fail) or defined (--fail-defined)",
		   "問い合わせが未定義（--fail）または定義済み（--fail-defined）" },
	.options = options,
	.option_count = EVAL_OPTION_COUNT,
	.examples = examples,
	.run = run,
};
