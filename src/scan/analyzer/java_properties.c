/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "fmt/language/java.h"

#include "scan/analyzer.h"

/* Of an archive that was unpacked. */
static bool wants(str path)
{
	return str_eq(path_base(path), STR("pom.properties")) &&
	       str_find(path, STR("META-INF/maven/")) >= 0;
}

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return java_properties_parse(file, sink, err);
}

const struct analyzer analyzer_java_properties = {
	.name = "java-properties",
	.kind = "maven",
	.version = 1,
	.wants = wants,
	.max_size = JAVA_META_MAX,
	.run = run,
};
