/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/pacman.h"

#include "scan/analyzer.h"

static const char *const dirs[] = { "var/lib/pacman/local", NULL };

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return pacman_desc(file, sink, err);
}

const struct analyzer analyzer_pacman = {
	.name = "pacman",
	.kind = "alpm",
	.version = 1,
	.dirs = dirs,
	.wants = pacman_is_desc,
	.max_size = PACMAN_DESC_MAX_BYTES,
	.run = run,
};
