/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/pypi.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return pypi_poetry_lock(file, sink, err);
}

const struct analyzer analyzer_pypi_poetry_lock = {
	.name = "pypi-poetry-lock",
	.kind = "pypi",
	.version = 3,
	.form = PACKAGE_LOCKED,
	.wants = pypi_is_poetry_lock,
	.max_size = LOCK_MAX_BYTES,
	.run = run,
};
