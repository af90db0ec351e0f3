/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/dpkg.h"

#include "scan/analyzer.h"

static const char *const paths[] = { "usr/lib/opkg/status", "var/lib/opkg/status", NULL };

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return opkg_status(file, sink, err);
}

const struct analyzer analyzer_opkg = {
	.name = "opkg",
	.kind = "opkg",
	.version = 2,
	.paths = paths,
	.max_size = DPKG_STATUS_MAX_BYTES,
	.run = run,
};
