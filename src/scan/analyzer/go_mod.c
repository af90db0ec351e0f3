/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "fmt/language/golang.h"

#include "scan/analyzer.h"

/* Sources of other modules, with what those would need, are no part of this one. */
static bool wants(str path)
{
	return str_eq(path_base(path), STR("go.mod")) && str_find(path, STR("/pkg/mod/")) < 0 &&
	       str_find(path, STR("/vendor/")) < 0 && !str_starts(path, STR("vendor/"));
}

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return go_mod_parse(file, sink, err);
}

const struct analyzer analyzer_go_mod = {
	.name = "go-mod",
	.kind = "golang",
	.version = 3,
	.form = PACKAGE_DECLARED,
	.wants = wants,
	.companion = "go.sum",
	.companion_for = "go.mod",
	.max_size = GOLANG_MAX_BYTES,
	.run = run,
};
