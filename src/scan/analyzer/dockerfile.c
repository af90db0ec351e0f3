/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/container/dockerfile.h"

#include "fmt/file_view.h"
#include "scan/analyzer.h"

static bool wants(str path) { return dockerfile_is_name(path); }

static int describe(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
		    struct json_writer *out, struct err *err)
{
	struct dockerfile parsed;
	str bytes;

	(void)sink; /* what is wrong in it is a finding of a check */
	if (file_view_load(file, DOCKERFILE_MAX_BYTES, scratch, &bytes, err) < 0 ||
	    dockerfile_parse(bytes, scratch, &parsed, err) < 0)
		return -1;
	dockerfile_facts(&parsed, file->path, out);
	return 0;
}

const struct analyzer analyzer_dockerfile = {
	.name = "dockerfile",
	.version = 1,
	.wants = wants,
	.max_size = DOCKERFILE_MAX_BYTES,
	.describe = describe,
	.document = "dockerfile",
};
