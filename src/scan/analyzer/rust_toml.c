/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "fmt/language/rust.h"

#include "scan/analyzer.h"

static bool wants(str path) { return str_eq(path_base(path), STR("Cargo.toml")); }

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return rust_toml_parse(file, sink, err);
}

const struct analyzer analyzer_rust_toml = {
	.name = "rust-toml",
	.kind = "cargo",
	.version = 3,
	.form = PACKAGE_DECLARED,
	.wants = wants,
	.max_size = 64u << 20,
	.run = run,
};
