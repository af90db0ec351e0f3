/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/dpkg.h"

#include "scan/analyzer.h"

static const char *const paths[] = { "var/lib/dpkg/status", NULL };
static const char *const dirs[] = { "var/lib/dpkg/status.d", NULL };

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return dpkg_status(file, sink, err);
}

const struct analyzer analyzer_dpkg = {
	.name = "dpkg",
	.kind = "deb",
	.version = 2,
	.paths = paths,
	.dirs = dirs,
	.wants = dpkg_is_status,
	.max_size = DPKG_STATUS_MAX_BYTES,
	.run = run,
};
