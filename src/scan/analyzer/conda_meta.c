/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/pypi.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return conda_meta(file, sink, err);
}

const struct analyzer analyzer_conda_meta = {
	.name = "conda-meta",
	.kind = "conda",
	.version = 1,
	.wants = conda_is_meta,
	.max_size = LOCK_MAX_BYTES,
	.run = run,
};
