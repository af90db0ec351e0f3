/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/rego.h"

#include "base/err.h"

#define PROBLEMS_MAX (1u << 20) /* bytes that are shown */

void rego_show_problems(const struct problems *problems)
{
	struct buf b;
	struct err err;

	buf_init(&b, PROBLEMS_MAX);
	problems_print(problems, &b);
	IGNORE(fd_write_all(STDERR_FILENO, buf_str(&b), &err)); /* nowhere left to say so */
	buf_done(&b);
}

struct policy *rego_compile(const struct rego_files *files, unsigned flags, struct err *err)
{
	struct problems problems = { .arena = files->arena };
	struct policy_options opts = { .strict = flags & REGO_COMPILE_STRICT,
				       .tests = flags & REGO_COMPILE_TESTS };
	struct policy *policy =
		policy_compile(files->sources, files->n, &files->data, &opts, &problems, err);

	if (!policy)
		rego_show_problems(&problems);
	return policy;
}

static const struct command *const subcommands[] = {
	&command_rego_eval, &command_rego_test, &command_rego_check, &command_rego_fmt, NULL,
};

static const struct command_example examples[] = {
	{ .what = { "Ask a policy", "ポリシーに問い合わせる" },
	  .line = "rego eval -d policy/ -i input.json data.app.deny" },
	{ .what = { "Run the tests of a folder", "フォルダーのテストを実行" },
	  .line = "rego test -v policy/" },
	{ .line = NULL },
};

const struct command command_rego = {
	.name = "rego",
	.summary = { "Evaluate, test, check and format Rego policies",
		     "Rego ポリシーの評価、テスト、検査、整形" },
	.examples = examples,
	.subcommands = subcommands,
};
