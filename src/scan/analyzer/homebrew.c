/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/homebrew.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return homebrew_receipt_parse(file, sink, err);
}

const struct analyzer analyzer_homebrew = {
	.name = "homebrew",
	.kind = "brew",
	.version = 1,
	.wants = homebrew_is_receipt,
	.max_size = HOMEBREW_RECEIPT_MAX_BYTES,
	.run = run,
};
