/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/licence/licence_file.h"

#include "fmt/licence/licence_text.h"
#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return licence_file(file, sink, err);
}

const struct analyzer analyzer_licence_file = {
	.name = "licence-file",
	.kind = LICENCE_KIND,
	.version = 1,
	.wants = licence_file_is,
	.max_size = LICENCE_TEXT_MAX,
	.supplement = true,
	.licences = ANALYZER_LICENCE_FILES,
	.run = run,
};
