/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/bitnami.h"

#include "fmt/lock_entries.h"
#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return bitnami_parse(file, sink, err);
}

const struct analyzer analyzer_bitnami = {
	.name = "bitnami",
	.kind = "bitnami",
	.version = 1,
	.wants = bitnami_is_document,
	.max_size = LOCK_FILE_MAX,
	.run = run,
};
