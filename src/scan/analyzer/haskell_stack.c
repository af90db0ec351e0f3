/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/haskell.h"

#include "fmt/lock_entries.h"
#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return haskell_stack_parse(file, sink, err);
}

const struct analyzer analyzer_haskell_stack = {
	.name = "haskell-stack",
	.kind = "hackage",
	.version = 3,
	.form = PACKAGE_LOCKED,
	.wants = haskell_is_stack,
	.max_size = LOCK_FILE_MAX,
	.run = run,
};
