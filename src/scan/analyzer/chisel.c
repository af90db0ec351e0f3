/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/chisel.h"

#include "scan/analyzer.h"

static const char *const paths[] = { "var/lib/chisel/manifest.wall", NULL };

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return chisel_manifest(file, sink, err);
}

const struct analyzer analyzer_chisel = {
	.name = "chisel",
	.kind = "deb",
	.version = 1,
	.paths = paths,
	.max_size = CHISEL_MAX_BYTES,
	.run = run,
};
