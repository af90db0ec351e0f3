/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/dart.h"
#include "fmt/lock_entries.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return dart_lock_parse(file, sink, err);
}

const struct analyzer analyzer_dart_lock = {
	.name = "dart-lock",
	.kind = "pub",
	.version = 2,
	.form = PACKAGE_LOCKED,
	.wants = dart_is_lock,
	.max_size = LOCK_FILE_MAX,
	.run = run,
};
