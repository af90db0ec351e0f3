/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/json.h"
#include "cmd/output.h"
#include "cmd/rego.h"

enum {
	CHECK_STRICT,
	CHECK_SCHEMA,
	CHECK_FORMAT,
	CHECK_IGNORE,
	CHECK_BUNDLE,
	CHECK_V0,
	CHECK_V1,
	CHECK_BOTH,
	CHECK_OPTION_COUNT
};

static const char *const formats[] = { "pretty", "json", NULL };

static const struct option_spec options[CHECK_OPTION_COUNT] = {
	[CHECK_STRICT] = {
		.name = "strict", .letter = 'S',
		.help = { "Refuse unused variables and imports as well",
			  "使われない変数と import も誤りとする" },
	},
	[CHECK_SCHEMA] = REGO_OPTION_SCHEMA,
	[CHECK_FORMAT] = {
		.name = "format", .letter = 'f', .arg = "FORMAT", .preset = "pretty",
		.words = formats,
		.help = { "Form of the answer", "出力形式" },
	},
	[CHECK_IGNORE] = REGO_OPTION_IGNORE,
	[CHECK_BUNDLE] = REGO_OPTION_BUNDLE,
	[CHECK_V0] = REGO_OPTION_V0,
	[CHECK_V1] = REGO_OPTION_V1,
	[CHECK_BOTH] = {
		.name = "v0-v1",
		.help = { "Modules have to be right in both syntaxes",
			  "どちらの文法でも正しいことを求める" },
	},
};

static void put_problem(struct json_writer *w, const struct problem *problem)
{
	str details = problem->details, line;

	json_open_object(w);
	json_kv_str(w, STR("message"), problem->message);
	json_kv_str(w, STR("code"), str_c(problem->code));
	JSON_KEY(w, "location");
	json_open_object(w);
	json_kv_str(w, STR("file"), problem->file);
	json_kv_u64(w, STR("row"), problem->line);
	json_kv_u64(w, STR("col"), problem->col);
	json_close_object(w);
	if (details.n > 0) {
		JSON_KEY(w, "details");
		json_open_array(w);
		while (str_line(&details, &line))
			json_put_str(w, line);
		json_close_array(w);
	}
	json_close_object(w);
}

static int answer_json(const struct invocation *in, const struct problems *problems,
		       struct err *err)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	struct json_writer w;

	buf_init(&b, ANSWER_MAX);
	json_writer_init(&w, &b, 2);
	json_open_object(&w);
	if (problems->n > 0) {
		JSON_KEY(&w, "errors");
		json_open_array(&w);
		for (size_t i = 0; i < problems->n; i++)
			put_problem(&w, &problems->items[i]);
		json_close_array(&w);
	}
	if (problems->dropped > 0)
		json_kv_u64(&w, STR("further_errors"), problems->dropped);
	json_close_object(&w);
	buf_byte(&b, '\n');
	return answer_write(in, STR_EMPTY, &b, err);
}

static int load(struct invocation *in, bool v0, struct rego_files *files, struct err *err)
{
	size_t n;
	const str *bundles = option_items(&in->options, CHECK_BUNDLE, &n);

	rego_files_init(files, v0, in->arena);
	files->modules_only = true;
	files->ignore = option_items(&in->options, CHECK_IGNORE, &files->ignore_n);
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

/* 1: right; 0: refused, and problems say why. */
static int check(struct invocation *in, bool v0, struct problems *problems, struct err *err)
{
	AUTO(policy_unref)
	struct policy *policy = NULL;
	struct rego_schemas schemas;
	struct rego_files files;

	if (load(in, v0, &files, err) < 0 ||
	    rego_schemas_read(option_text(&in->options, CHECK_SCHEMA), in->arena, &schemas, err) <
		    0)
		return -1;
	policy = rego_compile_quietly(
		&files, option_on(&in->options, CHECK_STRICT) ? REGO_COMPILE_STRICT : 0, &schemas,
		problems, err);
	/* A schema that is wrong is no problem of a module. */
	return policy ? 1 : problems->n > 0 ? 0 : -1;
}

static int run(struct invocation *in, struct err *err)
{
	bool v0 = option_on(&in->options, CHECK_V0);
	struct problems problems = { 0 };
	int rc = check(in, v0, &problems, err);

	if (rc == 1 && option_on(&in->options, CHECK_BOTH))
		rc = check(in, !v0, &problems, err);
	if (rc < 0)
		return -1;
	if (str_eq(option_text(&in->options, CHECK_FORMAT), STR("json"))) {
		if (answer_json(in, &problems, err) < 0)
			return -1;
	} else if (rc == 0) {
		rego_show_problems(&problems);
	}
	return rc == 1 ? EXIT_FINE : EXIT_FINDINGS;
}

static const struct command_example examples[] = {
	{ .what = { "All modules of a folder", "フォルダーのすべてのモジュール" },
	  .line = "rego check --strict policy/" },
	{ .what = { "With the schema of the input", "入力のスキーマを使う" },
	  .line = "rego check -s input.schema.json policy/" },
	{ .line = NULL },
};

const struct command command_rego_check = {
	.name = "check",
	.operands = "PATH...",
	.min_operands = 0,
	.max_operands = COMMAND_ANY,
	.summary = { "Say what is wrong with modules", "モジュールの誤りを示す" },
	.fails = { "a module is wrong", "誤りのあるモジュールあり" },
	.options = options,
	.option_count = CHECK_OPTION_COUNT,
	.examples = examples,
	.run = run,
};
