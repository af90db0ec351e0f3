/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "fmt/language/java.h"

#include "scan/analyzer.h"

static bool wants(str path)
{
	return str_ends(path_base(path), STR("gradle.lockfile")) || java_is_gradle_old(path);
}

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return java_gradle_parse(file, sink, err);
}

const struct analyzer analyzer_java_gradle = {
	.name = "java-gradle",
	.kind = "maven",
	.version = 3,
	.form = PACKAGE_LOCKED,
	.wants = wants,
	.max_size = JAVA_TEXT_MAX,
	.run = run,
};
