/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "fmt/language/dotnet.h"

#include "scan/analyzer.h"

static bool wants(str path)
{
	return str_ieq(path_base(path), STR("Directory.Packages.props")) ||
	       str_ieq(path_base(path), STR("packages.props"));
}

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return dotnet_props_parse(file, sink, err);
}

const struct analyzer analyzer_dotnet_props = {
	.name = "dotnet-props",
	.kind = "nuget",
	.version = 2,
	.form = PACKAGE_DECLARED,
	.wants = wants,
	.max_size = DOTNET_MAX_BYTES,
	.run = run,
};
