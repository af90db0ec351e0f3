/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "fmt/language/java.h"

#include "scan/analyzer.h"

/* In an unpacked archive it says what that was once built with. */
static bool wants(str path)
{
	return str_eq(path_base(path), STR("pom.xml")) &&
	       str_find(path, STR("META-INF/maven/")) < 0;
}

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return java_pom_parse(file, sink, err);
}

const struct analyzer analyzer_java_pom = {
	.name = "java-pom",
	.kind = "maven",
	.version = 1,
	.form = PACKAGE_DECLARED,
	.wants = wants,
	.max_size = JAVA_TEXT_MAX,
	.run = run,
};
