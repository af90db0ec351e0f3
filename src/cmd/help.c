/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "cmd/command.h"
#include "cmd/output.h"
#include "cmd/usage.h"
#include "report/term.h"

#define HELP_MAX_BYTES (1u << 20)

static int run(struct invocation *in, struct err *err)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	size_t columns = term_columns(STDOUT_FILENO);
	str path;

	buf_init(&b, HELP_MAX_BYTES);
	if (in->options.operand_count == 0) {
		usage_program(&b, in, columns);
	} else {
		const struct command *command = command_find(in, in->options.operands,
							     in->options.operand_count, &path, err);
		if (!command)
			return -1;
		usage_command(&b, in, command, path, columns);
	}
	if (output_print(buf_str(&b), err) < 0)
		return -1;
	return EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "What scan can do", "scan でできること" }, .line = "help scan" },
	{ .line = NULL },
};

const struct command command_help = {
	.name = "help",
	.operands = "[COMMAND]...",
	.max_operands = 2,
	.summary = { "Show the commands, or the help of one",
		     "コマンドの一覧、またはコマンドのヘルプを表示" },
	.examples = examples,
	.run = run,
};
