/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/package_source.h"
#include "scan/analyzer.h"

const struct analyzer analyzer_package_sources = {
	.name = "package-sources",
	.version = 1,
	.paths = package_source_paths,
	.dirs = package_source_dirs,
	.wants = package_source_wants,
	.max_size = PACKAGE_SOURCE_MAX_BYTES,
	.describe = package_source_describe,
	.document = ANALYZER_SOURCES,
};
