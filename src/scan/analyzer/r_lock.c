/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/r.h"
#include "fmt/lock_entries.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return r_lock_parse(file, sink, err);
}

const struct analyzer analyzer_r_lock = {
	.name = "r-lock",
	.kind = "cran",
	.version = 3,
	.form = PACKAGE_LOCKED,
	.wants = r_is_lock,
	.max_size = LOCK_FILE_MAX,
	.run = run,
};
