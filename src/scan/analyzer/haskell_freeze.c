/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/haskell.h"

#include "fmt/lock_entries.h"
#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return haskell_freeze_parse(file, sink, err);
}

const struct analyzer analyzer_haskell_freeze = {
	.name = "haskell-freeze",
	.kind = "hackage",
	.version = 2,
	.form = PACKAGE_LOCKED,
	.wants = haskell_is_freeze,
	.max_size = LOCK_FILE_MAX,
	.run = run,
};
