/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "cmd/output.h"
#include "cmd/rego.h"
#include "policy/format_module.h"
#include "policy/parse.h"

enum { FMT_WRITE, FMT_LIST, FMT_DIFF, FMT_V0, FMT_V1, FMT_OPTION_COUNT };

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
		.help = { "Show the lines that would change", "変更される行を示す" },
	},
	[FMT_V0] = REGO_OPTION_V0,
	[FMT_V1] = REGO_OPTION_V1,
};

/* The lines between what both texts begin and end with. */
static void put_diff(struct buf *b, str name, str before, str after)
{
	size_t head = 0, tail = 0, line = 1;
	str rest, part;

	while (head < before.n && head < after.n && before.p[head] == after.p[head])
		head++;
	while (head > 0 && before.p[head - 1] != '\n')
		head--;
	while (tail < before.n - head && tail < after.n - head &&
	       before.p[before.n - 1 - tail] == after.p[after.n - 1 - tail])
		tail++;
	while (tail > 0 && before.p[before.n - tail] != '\n')
		tail--;
	tail -= tail > 0;
	for (size_t i = 0; i < head; i++)
		line += before.p[i] == '\n';
	buf_fmt(b, "--- %.*s\n+++ formatted\n@@ line %zu @@\n", STR_ARG(name), line);
	rest = str_take(str_skip(before, head), before.n - head - tail);
	while (str_line(&rest, &part))
		buf_fmt(b, "-%.*s\n", STR_ARG(part));
	rest = str_take(str_skip(after, head), after.n - head - tail);
	while (str_line(&rest, &part))
		buf_fmt(b, "+%.*s\n", STR_ARG(part));
}

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
		put_diff(out, source->file, source->text, buf_str(&b));
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
	return EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "Lay out all modules of a folder", "フォルダーのモジュールを整形" },
	  .line = "rego fmt -w policy/" },
	{ .line = NULL },
};

const struct command command_rego_fmt = {
	.name = "fmt",
	.operands = "PATH...",
	.min_operands = 1,
	.max_operands = COMMAND_ANY,
	.summary = { "Lay modules out in the usual way", "モジュールを標準の形に整形" },
	.options = options,
	.option_count = FMT_OPTION_COUNT,
	.examples = examples,
	.run = run,
};
