/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/npm.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return npm_package_json(file, sink, err);
}

const struct analyzer analyzer_npm_package = {
	.name = "npm-package",
	.kind = "npm",
	.version = 2,
	.wants = npm_is_package,
	.max_size = LOCK_MAX_BYTES,
	.run = run,
};
