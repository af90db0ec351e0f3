/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/nix.h"

#include "scan/analyzer.h"

static bool names(str path, str *thing) { return nix_store_path(path, thing); }

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return nix_named(file, sink, err);
}

const struct analyzer analyzer_nix_store = {
	.name = "nix-store",
	.kind = "nix",
	.version = 1,
	.names = names,
	.random_access = true,
	.max_size = UINT64_MAX, /* nobody reads it */
	.run = run,
};
