/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/dpkg.h"

#include "scan/analyzer.h"

static const char *const dirs[] = { "var/lib/dpkg/updates", NULL };

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return dpkg_journal(file, sink, err);
}

const struct analyzer analyzer_dpkg_journal = {
	.name = "dpkg-journal",
	.kind = "deb",
	.version = 2,
	.dirs = dirs,
	.wants = dpkg_is_journal,
	.max_size = DPKG_STATUS_MAX_BYTES,
	.overrides = true,
	.run = run,
};
