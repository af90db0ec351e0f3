/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "cmd/output.h"
#include "cmd/rego.h"
#include "cmd/rego_trace.h"
#include "report/grid.h"
#include "report/term.h"

enum {
	EVAL_DATA,
	EVAL_BUNDLE,
	EVAL_INPUT,
	EVAL_STDIN_INPUT,
	EVAL_FORMAT,
	EVAL_EXPLAIN,
	EVAL_FAIL,
	EVAL_FAIL_DEFINED,
	EVAL_STRICT_ERRORS,
	EVAL_V0,
	EVAL_V1,
	EVAL_PROFILE,
	EVAL_OPTION_COUNT
};

static const char *const formats[] = { "json", "pretty", "values", "bindings", "raw", NULL };
static const char *const explains[] = { "off", "notes", "fails", "full", NULL };

static const struct option_spec options[EVAL_OPTION_COUNT] = {
	[EVAL_DATA] = REGO_OPTION_DATA,
	[EVAL_BUNDLE] = REGO_OPTION_BUNDLE,
	[EVAL_INPUT] = {
		.name = "input", .letter = 'i', .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Input document, JSON or YAML; - is standard input",
			  "入力文書（JSON または YAML。- は標準入力）" },
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
	[EVAL_EXPLAIN] = {
		.name = "explain", .arg = "HOW", .preset = "off", .words = explains,
		.help = { "Show on standard error how the answer came about",
			  "答えに至る経過を標準エラーに示す" },
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
	[EVAL_STRICT_ERRORS] = {
		.name = "strict-builtin-errors",
		.help = { "An error of a built-in function ends the evaluation",
			  "組み込み関数の誤りで評価を終える" },
	},
	[EVAL_V0] = REGO_OPTION_V0,
	[EVAL_V1] = REGO_OPTION_V1,
	[EVAL_PROFILE] = {
		.name = "profile",
		.help = { "Show on standard error where the time went",
			  "時間のかかった式を標準エラーに示す" },
	},
};

static void put_bindings(struct json_writer *w, const struct policy_query *query,
			 const struct policy_answer *answer)
{
	json_open_object(w);
	for (size_t i = 0; i < policy_query_vars(query); i++) {
		json_key(w, policy_query_var(query, i));
		value_write_json(&answer->bindings[i], w);
	}
	json_close_object(w);
}

static void put_result(struct json_writer *w, const struct policy_query *query,
		       const struct policy_answer *answer)
{
	json_open_object(w);
	JSON_KEY(w, "expressions");
	json_open_array(w);
	for (size_t i = 0; i < policy_query_exprs(query); i++) {
		uint32_t line, col;
		str text = policy_query_expr(query, i, &line, &col);

		json_open_object(w);
		JSON_KEY(w, "value");
		value_write_json(&answer->values[i], w);
		json_kv_str(w, STR("text"), text);
		JSON_KEY(w, "location");
		json_open_object(w);
		json_kv_u64(w, STR("row"), line);
		json_kv_u64(w, STR("col"), col);
		json_close_object(w);
		json_close_object(w);
	}
	json_close_array(w);
	if (policy_query_vars(query) > 0) {
		JSON_KEY(w, "bindings");
		put_bindings(w, query, answer);
	}
	json_close_object(w);
}

static void put_json(struct buf *b, const struct policy_query *query,
		     const struct policy_answers *answers)
{
	struct json_writer w;

	json_writer_init(&w, b, 2);
	json_open_object(&w);
	if (answers->n > 0) {
		JSON_KEY(&w, "result");
		json_open_array(&w);
		for (size_t i = 0; i < answers->n; i++)
			put_result(&w, query, &answers->items[i]);
		json_close_array(&w);
	}
	json_close_object(&w);
	buf_byte(b, '\n');
}

/* One document for each answer: its values, or its bindings. */
static void put_each(struct buf *b, const struct policy_query *query,
		     const struct policy_answers *answers, bool bindings)
{
	for (size_t i = 0; i < answers->n; i++) {
		struct json_writer w;

		json_writer_init(&w, b, 2);
		if (bindings) {
			put_bindings(&w, query, &answers->items[i]);
		} else {
			json_open_array(&w);
			for (size_t k = 0; k < policy_query_exprs(query); k++)
				value_write_json(&answers->items[i].values[k], &w);
			json_close_array(&w);
		}
		buf_byte(b, '\n');
	}
}

static void put_value(struct buf *b, const struct value *v, unsigned indent)
{
	struct json_writer w;

	json_writer_init(&w, b, indent);
	value_write_json(v, &w);
}

/* Strings without quotes, for scripts. */
static void put_raw(struct buf *b, const struct policy_query *query,
		    const struct policy_answers *answers)
{
	for (size_t i = 0; i < answers->n; i++) {
		for (size_t k = 0; k < policy_query_exprs(query); k++) {
			const struct value *v = &answers->items[i].values[k];

			if (k > 0)
				buf_byte(b, ' ');
			if (v->type == VALUE_STRING)
				buf_add(b, value_text(v));
			else
				put_value(b, v, 0);
		}
		buf_byte(b, '\n');
	}
}

static void put_row(struct grid *grid, const struct policy_query *query,
		    const struct policy_answer *answer, struct arena *arena)
{
	size_t vars = policy_query_vars(query);
	str *cells = ARENA_ARRAY(arena, str, vars + policy_query_exprs(query) + 1);

	for (size_t i = 0; i < vars + policy_query_exprs(query); i++) {
		struct buf b;

		buf_init(&b, ANSWER_MAX);
		put_value(&b, i < vars ? &answer->bindings[i] : &answer->values[i - vars], 0);
		cells[i] = str_dup(arena, buf_str(&b));
		buf_done(&b);
	}
	grid_row(grid, cells);
}

static void put_pretty(struct buf *b, const struct invocation *in, const struct policy_query *query,
		       const struct policy_answers *answers)
{
	size_t vars = policy_query_vars(query), exprs = policy_query_exprs(query);
	struct grid grid;
	str *names;

	if (answers->n == 0) {
		BUF_LIT(b, "undefined\n");
		return;
	}
	if (vars == 0 && exprs == 1 && answers->n == 1) {
		put_value(b, &answers->items[0].values[0], 2);
		buf_byte(b, '\n');
		return;
	}
	if (vars + exprs > GRID_MAX_CELLS) {
		put_each(b, query, answers, vars > 0);
		return;
	}
	grid_init(&grid, vars + exprs, in->arena);
	names = ARENA_ARRAY(in->arena, str, vars + exprs);
	for (size_t i = 0; i < vars + exprs; i++) {
		uint32_t line, col;

		names[i] = i < vars ? policy_query_var(query, i)
				    : policy_query_expr(query, i - vars, &line, &col);
	}
	grid_row(&grid, names);
	for (size_t i = 0; i < answers->n; i++)
		put_row(&grid, query, &answers->items[i], in->arena);
	grid_put(&grid, b, 0, 0);
}

static int load(const struct invocation *in, struct rego_files *files, struct err *err)
{
	size_t n, bundle_n;
	const str *data = option_items(&in->options, EVAL_DATA, &n);
	const str *bundles = option_items(&in->options, EVAL_BUNDLE, &bundle_n);

	rego_files_init(files, option_on(&in->options, EVAL_V0), in->arena);
	for (size_t i = 0; i < n; i++) {
		if (rego_files_add(files, data[i], err) < 0)
			return -1;
	}
	for (size_t i = 0; i < bundle_n; i++) {
		if (rego_files_add_bundle(files, bundles[i], err) < 0)
			return -1;
	}
	return 0;
}

static int put_answers(const struct invocation *in, const struct policy_query *query,
		       const struct policy_answers *answers, struct err *err)
{
	str format = option_text(&in->options, EVAL_FORMAT);
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, ANSWER_MAX);
	if (str_eq(format, STR("pretty")))
		put_pretty(&b, in, query, answers);
	else if (str_eq(format, STR("raw")))
		put_raw(&b, query, answers);
	else if (str_eq(format, STR("json")))
		put_json(&b, query, answers);
	else
		put_each(&b, query, answers, str_eq(format, STR("bindings")));
	return answer_write(in, STR_EMPTY, &b, err);
}

static int run(struct invocation *in, struct err *err)
{
	AUTO(policy_unref)
	struct policy *policy = NULL;
	AUTO(policy_query_free)
	struct policy_query *query = NULL;
	AUTO(rego_trace_done)
	struct rego_trace trace = { 0 };
	struct problems problems = { .arena = in->arena };
	struct policy_run how = { .strict_builtin_errors =
					  option_on(&in->options, EVAL_STRICT_ERRORS) };
	str input = option_text(&in->options, EVAL_INPUT);
	struct policy_answers answers;
	struct rego_files files;
	struct value document;
	int rc;

	if (option_on(&in->options, EVAL_STDIN_INPUT))
		input = STR("-");
	if (load(in, &files, err) < 0)
		return -1;
	if (input.n > 0 && rego_read_document(input, in->arena, &document, err) < 0)
		return -1;
	how.input = input.n > 0 ? &document : NULL;
	policy = rego_compile(&files, 0, err);
	if (!policy)
		return -1;
	query = policy_query_new(policy, in->options.operands[0], files.v0, &problems, err);
	if (!query) {
		rego_show_problems(&problems);
		return -1;
	}
	rego_trace_init(&trace, &how, option_text(&in->options, EVAL_EXPLAIN),
			option_on(&in->options, EVAL_PROFILE), policy);
	rc = policy_eval(query, &how, in->arena, &answers, err);
	rego_trace_show(&trace);
	if (rc < 0 || put_answers(in, query, &answers, err) < 0)
		return -1;
	if ((option_on(&in->options, EVAL_FAIL) && answers.n == 0) ||
	    (option_on(&in->options, EVAL_FAIL_DEFINED) && answers.n > 0))
		return EXIT_FINDINGS;
	return EXIT_FINE;
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
	.min_operands = 1,
	.max_operands = 1,
	.summary = { "Ask policies and data a question", "ポリシーとデータに問い合わせる" },
	.options = options,
	.option_count = EVAL_OPTION_COUNT,
	.examples = examples,
	.run = run,
};
