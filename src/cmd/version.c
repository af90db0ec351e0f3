/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include "cmd/output.h"

static int run(struct invocation *in, struct err *err)
{
	str line = str_fmt(in->arena, "%s %s\n", in->program_name, SEAWALL_VERSION);

	if (output_print(line, err) < 0)
		return -1;
	return EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "Print the version", "バージョンを表示" }, .line = "version" },
	{ .line = NULL },
};

const struct command command_version = {
	.name = "version",
	.summary = { "Print the version", "バージョンを表示" },
	.examples = examples,
	.run = run,
};
