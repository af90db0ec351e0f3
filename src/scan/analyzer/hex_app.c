/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/hex.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return hex_app_parse(file, sink, err);
}

const struct analyzer analyzer_hex_app = {
	.name = "hex-app",
	.kind = "hex",
	.version = 1,
	.wants = hex_is_app,
	.max_size = HEX_APP_MAX_BYTES,
	.run = run,
};
