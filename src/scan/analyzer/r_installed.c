/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/r.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return r_installed_parse(file, sink, err);
}

const struct analyzer analyzer_r_installed = {
	.name = "r-installed",
	.kind = "cran",
	.version = 2,
	.wants = r_is_installed,
	.max_size = R_DESCRIPTION_MAX_BYTES,
	.run = run,
};
