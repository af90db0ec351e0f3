/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/nix.h"

#include "scan/analyzer.h"

static const char *const paths[] = { "nix/var/nix/db/db.sqlite", NULL };

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return nix_parse(file, sink, err);
}

const struct analyzer analyzer_nix = {
	.name = "nix",
	.kind = "nix",
	.version = 1,
	.paths = paths,
	.companion = "-wal",
	.random_access = true,
	.run = run,
};
