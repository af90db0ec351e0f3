/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/julia.h"
#include "fmt/lock_entries.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return julia_manifest_parse(file, sink, err);
}

const struct analyzer analyzer_julia_manifest = {
	.name = "julia-manifest",
	.kind = "julia",
	.version = 3,
	.wants = julia_is_manifest,
	.max_size = LOCK_FILE_MAX,
	.run = run,
};
