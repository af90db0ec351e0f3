/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/pypi.h"

#include "scan/analyzer.h"

static bool sniff(str path, uint64_t size, str head) { return pypi_may_be_named(path, size, head); }

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return pypi_requirements_named(file, sink, err);
}

/* Counts only where scan/requirement_rule.h finds a file that names it. */
const struct analyzer analyzer_pypi_named = {
	.name = "pypi-named",
	.kind = "pypi",
	.version = 2,
	.form = PACKAGE_DECLARED,
	.sniff = sniff,
	.max_size = PYPI_NAMED_MAX,
	.run = run,
};
