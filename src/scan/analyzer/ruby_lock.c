/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/ruby.h"
#include "fmt/lock_entries.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return ruby_lock_parse(file, sink, err);
}

const struct analyzer analyzer_ruby_lock = {
	.name = "ruby-lock",
	.kind = "gem",
	.version = 2,
	.form = PACKAGE_LOCKED,
	.wants = ruby_is_lock,
	.max_size = LOCK_FILE_MAX,
	.run = run,
};
