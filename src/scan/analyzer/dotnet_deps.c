/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/dotnet.h"

#include "scan/analyzer.h"

static bool wants(str path) { return str_ends(path, STR(".deps.json")); }

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return dotnet_deps_parse(file, sink, err);
}

const struct analyzer analyzer_dotnet_deps = {
	.name = "dotnet-deps",
	.kind = "nuget",
	.version = 4,
	.wants = wants,
	.max_size = DOTNET_MAX_BYTES,
	.run = run,
};
