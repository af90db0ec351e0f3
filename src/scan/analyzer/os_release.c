/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/os_release.h"

#include "fmt/file_view.h"
#include "scan/analyzer.h"

static int identify(const struct file_view *file, struct arena *scratch, struct os_identity *out,
		    struct err *err)
{
	str text;

	if (file_view_load(file, OS_STATUS_MAX_BYTES, scratch, &text, err) < 0)
		return -1;
	return os_identity_parse(file->path, text, scratch, out, err);
}

const struct analyzer analyzer_os_release = {
	.name = "os-release",
	.version = 1,
	.paths = os_identity_paths,
	.max_size = OS_STATUS_MAX_BYTES,
	.identify = identify,
};
