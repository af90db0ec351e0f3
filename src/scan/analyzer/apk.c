/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/apk.h"

#include "scan/analyzer.h"

static const char *const paths[] = { "lib/apk/db/installed", "usr/lib/apk/db/installed", NULL };

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return apk_installed(file, sink, err);
}

const struct analyzer analyzer_apk = {
	.name = "apk",
	.kind = "apk",
	.version = 1,
	.paths = paths,
	.max_size = APK_MAX_BYTES,
	.run = run,
};
