/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/program_text.h"

#include "scan/analyzer.h"

static bool sniff(str path, uint64_t size, str head)
{
	return program_text_wants(path, size, head);
}

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return program_text_parse(file, sink, err);
}

const struct analyzer analyzer_program_text = {
	.name = "program-text",
	.kind = "generic",
	.version = 1,
	.sniff = sniff,
	.random_access = true,
	.max_size = 1u << 30,
	.run = run,
};
