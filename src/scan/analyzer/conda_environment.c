/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/pypi.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return conda_environment(file, sink, err);
}

const struct analyzer analyzer_conda_environment = {
	.name = "conda-environment",
	.kind = "conda",
	.version = 3,
	.form = PACKAGE_DECLARED,
	.wants = conda_is_environment,
	.max_size = LOCK_MAX_BYTES,
	.run = run,
};
