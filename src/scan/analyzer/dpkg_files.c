/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/dpkg.h"

#include "scan/analyzer.h"

static const char *const dirs[] = { "var/lib/dpkg/info", "var/lib/dpkg/status.d", NULL };

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return dpkg_files(file, sink, err);
}

const struct analyzer analyzer_dpkg_files = {
	.name = "dpkg-files",
	.kind = "deb",
	.version = 1,
	.dirs = dirs,
	.wants = dpkg_is_files,
	.max_size = DPKG_LIST_MAX_BYTES,
	.supplement = true,
	.only_files = true,
	.run = run,
};
