/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "cmd/policy.h"
#include "cmd/progress.h"
#include "policy/constraint/suite.h"

enum { VERIFY_RUN, VERIFY_VERBOSE, VERIFY_OPTION_COUNT };

static const struct option_spec options[VERIFY_OPTION_COUNT] = {
	[VERIFY_RUN] = {
		.name = "run", .letter = 'r', .arg = "REGEX",
		.help = { "Only tests and cases whose names match: TEST//CASE, TEST//, //CASE, or one for either",
			  "名前が一致するテストとケースだけを実行（TEST//CASE、TEST//、//CASE、または共通）" },
	},
	[VERIFY_VERBOSE] = {
		.name = "verbose", .letter = 'v',
		.help = { "Show every test and case", "すべてのテストとケースを示す" },
	},
};

struct verify {
	struct invocation *in;
	struct suite_filter filter;
	struct buf out;
	size_t suites, cases;
	bool failed;
};

static int read_file(void *context, str path, struct arena *arena, str *out, struct err *err)
{
	(void)context;
	return policy_read_file(path, arena, out, err);
}

static int verify_file(void *context, str path, struct err *err)
{
	struct verify *v = context;
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct suite_files files = { .read = read_file };
	struct suite_result result;
	struct suite suite;
	str text;
	int rc;

	if (policy_read_file(path, arena, &text, err) < 0)
		return -1;
	rc = suite_read(path, text, arena, &suite, err);
	if (rc <= 0)
		return rc;
	suite_run(&suite, &files, &v->filter, arena, &result);
	suite_print(&v->out, &result, option_on(&v->in->options, VERIFY_VERBOSE));
	v->suites++;
	v->cases += result.cases_run;
	v->failed = v->failed || result.failed;
	return 0;
}

static int verify_all(struct verify *v, struct err *err)
{
	const struct options *o = &v->in->options;

	for (size_t i = 0; i < o->operand_count; i++) {
		size_t before = v->suites;

		if (policy_each_file(o->operands[i], v->in->arena, verify_file, v, err) < 0)
			return -1;
		if (v->suites == before)
			return err_set(err, ERR_INPUT, "%.*s: there is no Suite",
				       STR_ARG(o->operands[i]));
	}
	return 0;
}

static int run(struct invocation *in, struct err *err)
{
	struct verify v = { .in = in };
	int rc;

	if (suite_filter_read(option_text(&in->options, VERIFY_RUN), &v.filter, err) < 0)
		return -1;
	buf_init(&v.out, ANSWER_MAX);
	rc = verify_all(&v, err);
	if (rc == 0) {
		buf_fmt(&v.out, "%s\n\n", v.failed ? "FAIL" : "PASS");
		rc = answer_write(in, STR_EMPTY, &v.out, err);
		if (v.cases == 0)
			progress_note(in->quiet, STR("no case was run"));
	}
	buf_done(&v.out);
	suite_filter_done(&v.filter);
	if (rc < 0)
		return -1;
	return v.failed ? EXIT_FINDINGS : EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "All suites below a folder", "フォルダー以下のすべてのスイート" },
	  .line = "policy verify policies/" },
	{ .what = { "Only the cases that are called so", "その名前のケースだけ" },
	  .line = "policy verify policies/suite.yaml --run '//^allowed$'" },
	{ .line = NULL },
};

const struct command command_policy_verify = {
	.name = "verify",
	.operands = "PATH...",
	.min_operands = 1,
	.max_operands = COMMAND_ANY,
	.summary = { "Run test suites in the form of gator", "gator 形式のテストスイートを実行" },
	.about = { "A folder is searched with all folders below it for files of kind Suite. Exits with 1 when a\n"
		   "test fails.",
		   "フォルダーは下位も含めて Suite のファイルを探す。失敗したテストがあれば終了コード 1。" },
	.fails = { "a test failed", "失敗したテストあり" },
	.options = options,
	.option_count = VERIFY_OPTION_COUNT,
	.examples = examples,
	.run = run,
};
