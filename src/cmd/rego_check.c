/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "cmd/output.h"
#include "cmd/rego.h"

enum { CHECK_STRICT, CHECK_V0, CHECK_V1, CHECK_BUNDLE, CHECK_OPTION_COUNT };

static const struct option_spec options[CHECK_OPTION_COUNT] = {
	[CHECK_STRICT] = {
		.name = "strict", .letter = 'S',
		.help = { "Refuse unused variables and imports as well",
			  "使われない変数と import も誤りとする" },
	},
	[CHECK_V0] = REGO_OPTION_V0,
	[CHECK_V1] = REGO_OPTION_V1,
	[CHECK_BUNDLE] = REGO_OPTION_BUNDLE,
};

static int run(struct invocation *in, struct err *err)
{
	AUTO(policy_unref)
	struct policy *policy = NULL;
	struct rego_files files;
	size_t n;
	const str *bundles = option_items(&in->options, CHECK_BUNDLE, &n);

	rego_files_init(&files, option_on(&in->options, CHECK_V0), in->arena);
	files.modules_only = true;
	for (size_t i = 0; i < in->options.operand_count; i++) {
		if (rego_files_add(&files, in->options.operands[i], err) < 0)
			return -1;
	}
	for (size_t i = 0; i < n; i++) {
		if (rego_files_add_bundle(&files, bundles[i], err) < 0)
			return -1;
	}
	if (files.n == 0)
		return err_set(err, ERR_USAGE, "there is no .rego file");
	policy = rego_compile(&files,
			      option_on(&in->options, CHECK_STRICT) ? REGO_COMPILE_STRICT : 0, err);
	return policy ? EXIT_FINE : EXIT_FINDINGS;
}

static const struct command_example examples[] = {
	{ .what = { "All modules of a folder", "フォルダーのすべてのモジュール" },
	  .line = "rego check --strict policy/" },
	{ .line = NULL },
};

const struct command command_rego_check = {
	.name = "check",
	.operands = "PATH...",
	.min_operands = 0,
	.max_operands = COMMAND_ANY,
	.summary = { "Say what is wrong with modules", "モジュールの誤りを示す" },
	.options = options,
	.option_count = CHECK_OPTION_COUNT,
	.examples = examples,
	.run = run,
};
