/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/npm.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return npm_bun_lock(file, sink, err);
}

const struct analyzer analyzer_npm_bun_lock = {
	.name = "npm-bun-lock",
	.kind = "npm",
	.version = 3,
	.form = PACKAGE_LOCKED,
	.wants = npm_is_bun_lock,
	.max_size = LOCK_MAX_BYTES,
	.run = run,
};
