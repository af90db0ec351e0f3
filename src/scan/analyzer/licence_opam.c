/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/licence/licence_meta.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return licence_meta_opam(file, sink, err);
}

const struct analyzer analyzer_licence_opam = {
	.name = "licence-opam",
	.kind = "opam",
	.version = 1,
	.wants = licence_meta_is_opam,
	.max_size = LICENCE_META_MAX_BYTES,
	.supplement = true,
	.licences = ANALYZER_LICENCE_FILES,
	.run = run,
};
