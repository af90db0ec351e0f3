/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/pypi.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return pypi_metadata(file, sink, err);
}

const struct analyzer analyzer_pypi_metadata = {
	.name = "pypi-metadata",
	.kind = "pypi",
	.version = 1,
	.wants = pypi_is_metadata,
	.max_size = PYPI_METADATA_MAX,
	.run = run,
};
