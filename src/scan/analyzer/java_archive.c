/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/java.h"

#include "scan/analyzer.h"

static bool wants(str path) { return java_is_archive(path); }

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return java_archive_parse(file, sink, err);
}

const struct analyzer analyzer_java_archive = {
	.name = "java-archive",
	.kind = "maven",
	.version = 3,
	.wants = wants,
	.random_access = true,
	.max_size = 1u << 30,
	.run = run,
};
