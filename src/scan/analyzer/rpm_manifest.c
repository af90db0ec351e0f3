/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/rpmdb.h"

#include "scan/analyzer.h"

static const char *const paths[] = { "var/lib/rpmmanifest/container-manifest-2", NULL };

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return rpm_manifest(file, sink, err);
}

const struct analyzer analyzer_rpm_manifest = {
	.name = "rpm-manifest",
	.kind = "rpm",
	.version = 1,
	.paths = paths,
	.max_size = RPM_MANIFEST_MAX_BYTES,
	.run = run,
};
