/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "cmd/output.h"
#include "cmd/rego.h"
#include "cmd/rego_diff.h"
#include "policy/format_module.h"
#include "policy/parse.h"

enum { FMT_WRITE, FMT_LIST, FMT_DIFF, FMT_FAIL, FMT_IGNORE, FMT_V0, FMT_V1, FMT_OPTION_COUNT };

static const struct option_spec options[FMT_OPTION_COUNT] = {
	[FMT_WRITE] = {
		.name = "write", .letter = 'w',
		.help = { "Write back to the file", "ファイルに書き戻す" },
	},
	[FMT_LIST] = {
		.name = "list", .letter = 'l',
		.help = { "Only name the files that would change",
			  "変更されるファイルの名前だけを示す" },
	},
	[FMT_DIFF] = {
		.name = "diff", .letter = 'd',
		.help = { "Show what would change as a unified diff",
			  "変更を unified diff で示す" },
	},
	[FMT_FAIL] = {
		.name = "fail",
		.help = { "Exit with 1 when something would change",
			  "変更があれば終了コード 1" },
	},
	[FMT_IGNORE] = REGO_OPTION_IGNORE,
	[FMT_V0] = REGO_OPTION_V0,
	[FMT_V1] = REGO_OPTION_V1,
};

static int write_back(const struct invocation *in, str path, str text, struct err *err)
{
	AUTO(output_done)
	struct output output = { .fd = -1 };

	if (output_open(&output, path, in->arena, err) < 0 || output_put(&output, text, err) < 0)
		return -1;
	return output_commit(&output, err);
}

static int format(const struct invocation *in, const struct policy_source *source, struct buf *out,
		  bool *changed, struct err *err)
{
	struct problems problems = { .arena = in->arena };
	const struct module *module =
		parse_module(source->file, source->text, source->v0, in->arena, &problems);
	bool list = option_on(&in->options, FMT_LIST), diff = option_on(&in->options, FMT_DIFF);
	AUTO(buf_done)
	struct buf b = { 0 };

	if (!module) {
		rego_show_problems(&problems);
		return err_set(err, ERR_INPUT, "%.*s: not formatted", STR_ARG(source->file));
	}
	buf_init(&b, REGO_MAX_FILE);
	print_module(module, &b);
	if (b.overflow)
		return err_set(err, ERR_LIMIT, "%.*s: too large", STR_ARG(source->file));
	if (str_eq(buf_str(&b), source->text)) {
		if (!list && !diff && !option_on(&in->options, FMT_WRITE))
			buf_add(out, buf_str(&b));
		return 0;
	}
	*changed = true;
	if (list)
		buf_fmt(out, "%.*s\n", STR_ARG(source->file));
	if (diff)
		rego_diff(source->file, source->text,
			  str_cat(in->arena, source->file, STR(" (formatted)")), buf_str(&b), out);
	if (option_on(&in->options, FMT_WRITE))
		return write_back(in, source->file, buf_str(&b), err);
	if (!list && !diff)
		buf_add(out, buf_str(&b));
	return 0;
}

static int run(struct invocation *in, struct err *err)
{
	AUTO(buf_done)
	struct buf out = { 0 };
	struct rego_files files;
	bool changed = false;

	rego_files_init(&files, option_on(&in->options, FMT_V0), in->arena);
	files.modules_only = true;
	files.ignore = option_items(&in->options, FMT_IGNORE, &files.ignore_n);
	if (in->options.operand_count == 0) {
		str text;

		if (option_on(&in->options, FMT_WRITE))
			return err_set(err, ERR_USAGE, "--write: which file?");
		if (rego_read_text(STR("-"), in->arena, &text, err) < 0 ||
		    rego_files_add_text(&files, STR("stdin.rego"), STR_EMPTY, text, false, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < in->options.operand_count; i++) {
		if (rego_files_add(&files, in->options.operands[i], err) < 0)
			return -1;
	}
	buf_init(&out, ANSWER_MAX);
	for (size_t i = 0; i < files.n; i++) {
		if (format(in, &files.sources[i], &out, &changed, err) < 0)
			return -1;
	}
	if (answer_write(in, STR_EMPTY, &out, err) < 0)
		return -1;
	return changed && option_on(&in->options, FMT_FAIL) ? EXIT_FINDINGS : EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "Lay out all modules of a folder", "フォルダーのモジュールを整形" },
	  .line = "rego fmt -w policy/" },
	{ .line = NULL },
};

const struct command command_rego_fmt = {
	.name = "fmt",
	.operands = "PATH...",
	.min_operands = 0,
	.max_operands = COMMAND_ANY,
	.summary = { "Lay modules out in the usual way", "モジュールを標準の形に整形" },
	.fails = { "something would change (--fail)", "整形で変わるものあり（--fail）" },
	.options = options,
	.option_count = FMT_OPTION_COUNT,
	.examples = examples,
	.run = run,
};
