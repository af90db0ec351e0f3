/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/licence/licence_file.h"

#include "scan/analyzer.h"

static bool sniff(str path, uint64_t size, str head)
{
	(void)path;
	(void)size;
	return licence_head_is(head);
}

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return licence_head(file, sink, err);
}

const struct analyzer analyzer_licence_head = {
	.name = "licence-head",
	.kind = LICENCE_KIND,
	.version = 1,
	.sniff = sniff,
	.random_access = true,
	.supplement = true,
	.licences = ANALYZER_LICENCE_HEADS,
	.run = run,
};
