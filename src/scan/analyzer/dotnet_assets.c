/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "fmt/language/dotnet.h"

#include "scan/analyzer.h"

static bool wants(str path) { return str_ieq(path_base(path), STR("project.assets.json")); }

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return dotnet_assets_parse(file, sink, err);
}

const struct analyzer analyzer_dotnet_assets = {
	.name = "dotnet-assets",
	.kind = "nuget",
	.version = 2,
	.wants = wants,
	.max_size = DOTNET_MAX_BYTES,
	.run = run,
};
