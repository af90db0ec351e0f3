/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/npm.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return npm_lock(file, sink, err);
}

const struct analyzer analyzer_npm_lock = {
	.name = "npm-lock",
	.kind = "npm",
	.version = 5,
	.form = PACKAGE_LOCKED,
	.wants = npm_is_lock,
	.max_size = NPM_LOCK_MAX_BYTES,
	.run = run,
};
