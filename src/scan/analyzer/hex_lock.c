/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/hex.h"
#include "fmt/lock_entries.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return hex_lock_parse(file, sink, err);
}

const struct analyzer analyzer_hex_lock = {
	.name = "hex-lock",
	.kind = "hex",
	.version = 2,
	.form = PACKAGE_LOCKED,
	.wants = hex_is_lock,
	.max_size = LOCK_FILE_MAX,
	.run = run,
};
