/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "fmt/language/rust.h"

#include "scan/analyzer.h"

static bool wants(str path) { return str_eq(path_base(path), STR("Cargo.lock")); }

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return rust_lock_parse(file, sink, err);
}

const struct analyzer analyzer_rust_lock = {
	.name = "rust-lock",
	.kind = "cargo",
	.version = 4,
	.form = PACKAGE_LOCKED,
	.wants = wants,
	.max_size = 64u << 20,
	.run = run,
};
