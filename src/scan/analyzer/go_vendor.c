/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/golang.h"

#include "scan/analyzer.h"

static bool wants(str path)
{
	return str_ends(path, STR("/vendor/modules.txt")) ||
	       str_eq(path, STR("vendor/modules.txt"));
}

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return go_vendor_parse(file, sink, err);
}

const struct analyzer analyzer_go_vendor = {
	.name = "go-vendor",
	.kind = "golang",
	.version = 1,
	.wants = wants,
	.max_size = GOLANG_MAX_BYTES,
	.run = run,
};
