/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/dpkg.h"

#include "scan/analyzer.h"

static const char *const dirs[] = { "usr/share/doc", NULL };

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return dpkg_copyright(file, sink, err);
}

const struct analyzer analyzer_dpkg_copyright = {
	.name = "dpkg-copyright",
	.kind = "deb",
	.version = 1,
	.dirs = dirs,
	.wants = dpkg_is_copyright,
	.max_size = DPKG_COPYRIGHT_MAX_BYTES,
	.supplement = true,
	.run = run,
};
