/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/luarocks.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return luarocks_parse(file, sink, err);
}

const struct analyzer analyzer_luarocks = {
	.name = "luarocks",
	.kind = "luarocks",
	.version = 1,
	.wants = luarocks_is_installed,
	.max_size = LUAROCKS_MAX_BYTES,
	.run = run,
};
