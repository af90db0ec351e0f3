/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/opam.h"

#include "fmt/lock_entries.h"
#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return opam_locked_parse(file, sink, err);
}

const struct analyzer analyzer_opam_locked = {
	.name = "opam-locked",
	.kind = "opam",
	.version = 2,
	.form = PACKAGE_LOCKED,
	.wants = opam_is_locked,
	.max_size = LOCK_FILE_MAX,
	.run = run,
};
